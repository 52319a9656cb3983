"""Crawls: one spider for every outlet, what it has of the archive, and how runs begin and end."""
