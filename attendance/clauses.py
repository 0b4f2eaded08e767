"""Which clauses the attendance pages carry; the views put them on themselves."""

from __future__ import annotations

# The month's quota, counted and judged on a person's own page.
COUNTED = (
    "zhumadian-13-week",
    "zhumadian-13-month",
    "yongxing-1-4-20-days",
    "yongxing-1-4-12-nights",
)
# The deputy secretary or the organization member keeps the daily register, in which nights stayed are told from days.
KEPT = ("ganzhou-2-attendance-officer", "puning-6-residence", "zhumadian-16-residence")
