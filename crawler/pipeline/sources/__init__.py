"""Where pages come from that somebody hands in: a module for each kind, and `given`, which tells the kinds apart."""
