"""Questions in words about sets of States, and their answers. Pure."""
