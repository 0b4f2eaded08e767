"""Rules as data, and the pure decisions made from them.

No web framework and no clock in here: every date comes in as an argument.
"""
