"""The facts of a cut, ready to be asked: days, windows, coverage, and sets of States."""
