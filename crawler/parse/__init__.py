"""Bytes to one parsed page, strings to values: charsets, elements, dates, languages. Knows no outlet. Pure."""
