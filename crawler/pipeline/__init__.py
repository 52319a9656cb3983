"""The one path from a capture to the archive, wherever the capture comes from."""
