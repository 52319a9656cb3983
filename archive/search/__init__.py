"""Search: what texts are found by, the table that holds it on either database, the language of queries."""

ANALYSER = 2
"""How texts come to tokens. Raised whenever one comes to others than before: the token table is then made anew."""
