"""What a person has chosen for every start: typed, stored in an ini file, edited in a dialog."""
