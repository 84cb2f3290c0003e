"""File > Export: what is asked for, the thread that writes it, how far it is, and the picture in the clipboard."""
