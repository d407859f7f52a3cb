"""The words figures are written in: sets, measures, windows, and what a value may be. Knows no plan and no fact."""
