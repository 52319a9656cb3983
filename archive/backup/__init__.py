"""Backups: an archive copied elsewhere while it is written to, and brought back into an empty place.

The database comes first, then the files it speaks of: so every row of a copy finds its bytes. What is there already
under its digest is not copied again.
"""
