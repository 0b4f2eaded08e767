"""Which clauses the attendance pages carry; the views put them on themselves."""

from __future__ import annotations

# The month's quota, counted and judged on a person's own page.
COUNTED = (
    "zhumadian-13-week",
    "zhumadian-13-month",
    "yongxing-1-4-20-days",
    "yongxing-1-4-12-nights",
)
# What follows a finding of 无故: reports, opinions, statements, summaries, measures, each with its clock.
ABSENCE = (
    "zhumadian-18-absence-statement",
    "zhumadian-18-by-25th",
    "yongxing-1-4-same-day",
    "yongxing-3-2-opinion",
    "yongxing-3-6-accountability",
    "ganzhou-2-feedback",
)
# What the towns entered of a day is summed up and told to them.
SUMMED_UP = ("yongxing-3-7-daily",)
# A town looks at its week, a county at its month.
CHECKED = ("ganzhou-2-town-check", "ganzhou-2-county-check")
# The deputy secretary or the organization member keeps the daily register, in which nights stayed are told from days.
KEPT = ("ganzhou-2-attendance-officer", "puning-6-residence", "zhumadian-16-residence")
