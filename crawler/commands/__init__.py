"""The commands that bring articles in."""
