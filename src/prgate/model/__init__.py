"""The frozen types that flow through the pipe; no input or output happens here."""
