"""The forge, asked and told over its API."""
