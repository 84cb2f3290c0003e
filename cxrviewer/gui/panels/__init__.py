"""What stands around the radiograph: the result, the heatmap's and the window's settings, the facts of the file."""
