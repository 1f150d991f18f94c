"""Coverage reports of real tools on small invented projects."""
