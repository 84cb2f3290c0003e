"""The user's own label for a film: given, noted, taken away, undone, and compared with the predictions."""
