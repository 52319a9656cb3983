"""Back-fills: what web archives hold of an outlet's past, listed by their index and fetched as they received it."""
