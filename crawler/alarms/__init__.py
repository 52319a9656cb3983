"""Alarms looked for after each run, and what is told outside: messages, metrics, a page. Without Scrapy."""
