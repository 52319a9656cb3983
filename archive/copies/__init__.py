"""Near copies: what bodies are found by (`sketch`) and compared by (`units`, `shingles`), how much two share
(`overlap`) and where (`passages`), and what hangs together (`clusters`). Pure; the measures are told in docs/copies.md.
"""
