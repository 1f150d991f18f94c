"""Holds traces against a diff, line by line."""
