"""The only writer: `writer.Store` puts captures and what was read from them into the archive, whole or not at all.

Nothing is imported until it is asked for: a process that only reads pages needs no database.
"""
