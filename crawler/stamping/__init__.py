"""The head of the chain of seals where others can tell of it: stamped by authorities, and published. Without Scrapy."""
