"""Facts as the figure engine sees them, where they are kept, and which of them stand at a cut."""
