"""Which clauses the leave pages carry; the views put them on themselves."""

from __future__ import annotations

from rules.clauses import ROUTED

# Leave is asked for in writing, and goes to whom the document names.
ASKED = ("puning-6-personal-leave", "zhumadian-16-written", *ROUTED)
# Where no document names anybody, the managing office does.
NAMED_BY_HAND = (
    "puning-6-first-secretary",
    "xinfeng-leave-unspecified",
    "yongxing-leave-unspecified",
    "ganzhou-2-leave-system",
)
# 因公外出 is reported in writing.
REPORTED = ("puning-6-official-trip",)
# Back at the post: 销假.
RETURNED = ("puning-6-return",)
# Who approves keeps a register of leave and returns, which leaves as a workbook.
REGISTERED = ("zhumadian-16-register",)
