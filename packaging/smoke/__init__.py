"""The checks of smoke_test.py: one module for each kind, and what they stand on."""
