"""How an article gets here: outlets, reading, and the one path into the archive."""
