"""Outlets as data: one file per family, what such a file may say, and the registry that finds them."""
