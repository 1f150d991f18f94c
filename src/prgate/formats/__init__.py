"""Bytes to values of the model, or a ``FormatError`` that says where."""
