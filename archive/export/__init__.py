"""Exports: rows to files other tools read, each whole or not at all, with a data card beside it."""
