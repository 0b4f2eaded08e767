"""Looks into files that strangers made. Runs in a process of its own, with limits, and never inside Django.

Nothing here imports the rest of the house: :mod:`core.upload_guard` starts it and puts its answer into words.
"""
