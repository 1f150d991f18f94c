"""The Action: from an event on the forge to what is published there."""
