"""SELECTs to typed rows: articles, edits, deletions, quotes, searches, ledgers, and the filters that narrow them."""
