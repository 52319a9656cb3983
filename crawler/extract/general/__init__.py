"""How a page is read that nobody has described: what its markup says of itself, and where its text is dense."""
