"""Marks of agents to origins and scope."""
