"""Whether the gate stands as it should, and whether the repository is ready for delegated work: one file a group of questions."""
