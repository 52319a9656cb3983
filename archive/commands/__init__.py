"""The commands that read and keep the archive, by what they are asked about. None loads Scrapy, Twisted, Playwright."""
