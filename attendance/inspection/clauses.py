"""Which clauses these pages carry; the views put them on themselves."""

from __future__ import annotations

# Who checks posts and how often.
CHECKS = ("zhumadian-18-inspection", "yongxing-3-4-inspect")
