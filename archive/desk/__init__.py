"""What people keep beside an archive, in a database of its own: watchlists, notes, judgements, users, a log."""
