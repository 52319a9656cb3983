"""For whoever writes an outlet's file: a draft, a check, saved pages with what is expected of them."""
