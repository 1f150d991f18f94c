"""A verdict as text, comment or page; values in, text out."""
