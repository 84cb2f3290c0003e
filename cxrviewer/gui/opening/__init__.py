"""How radiographs come into the window: dropped, chosen, pasted, named on the command line."""
