"""Takes a session out of an agent and attaches it to its branch."""
