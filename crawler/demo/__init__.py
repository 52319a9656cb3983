"""A small outlet family of our own on the loopback, in RT's markup, that edits, deletes and hides on cue.

Everything it publishes is invented. It is never among the real outlets: see `crawler.demo.outlets`.
"""
