"""How the tables came to be: Alembic revisions, one head. A revision that has landed is never edited."""
