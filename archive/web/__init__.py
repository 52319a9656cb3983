"""The archive in a browser: pages made of the questions that the commands ask, for whoever would rather look."""
