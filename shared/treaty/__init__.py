"""The Convention's rules as pure functions that name their article: no input or output, no clock."""
