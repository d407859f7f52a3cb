"""Plans as data: definitions, the crosswalk between plans, and both in words."""
