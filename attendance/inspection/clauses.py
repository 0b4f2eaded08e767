"""Which clauses these pages carry; the views put them on themselves."""

from __future__ import annotations

# Who checks posts and how often.
CHECKS = ("zhumadian-18-inspection", "yongxing-3-4-inspect")
# What was found is published; the chain of 第十八条 begins with it.
BULLETINS = ("zhumadian-18-inspection", "yongxing-3-4-bulletin")
# Talks with the head of a dispatching unit.
TALKS = ("zhumadian-18-unit-talk",)
