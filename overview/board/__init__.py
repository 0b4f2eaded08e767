"""Boards: how a place, a team or a unit stands on one day, and what wants doing there. They own no table."""
