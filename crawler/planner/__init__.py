"""When a known article is looked at again. Pure."""
