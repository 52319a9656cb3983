"""Is what comes in as it was? Numbers of each day, breaks in them, and what else is wrong, as alarms. Pure.

What is kept of a day stands in `days`; whether it breaks with the past in `series`; what is judged and which words an
alarm has in `changes` and `causes`; what needs no past in `at_once`.
"""
