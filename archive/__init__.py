"""How articles are kept and read: the archive. Nothing is imported until it is asked for."""

__version__ = "0.1.0"
