"""Commands of ours for Scrapy; one with the name of its own takes its place."""
