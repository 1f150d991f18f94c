"""What stands in a text or a line of code, told by its look alone; knows nothing of evidence, policy or verdict."""
