"""What the overlay answers, one subject of GitHub's REST API a module."""
