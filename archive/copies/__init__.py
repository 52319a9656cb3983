"""Near copies: what bodies are compared by (`units`, `sketch`), how much two share (`overlap`) and where (`passages`),
and what hangs together (`clusters`). Pure; the measures are told in docs/copies.md.
"""
