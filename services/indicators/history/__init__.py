"""Figures in two times: replays, seals, restatements, and what became of a figure since it was told. Pure."""
