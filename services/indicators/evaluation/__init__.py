"""Evaluates the grammar over a world: populations, sets and measures, each with the reasons why."""
