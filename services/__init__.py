"""Four services that speak through events only; `python -m services` runs all of them in one process."""
