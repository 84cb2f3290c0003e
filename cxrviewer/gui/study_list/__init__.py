"""The study list: the table of everything opened, its filter, and how far the analysis is."""
