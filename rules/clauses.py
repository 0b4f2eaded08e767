"""Which clauses these pages and commands carry."""

from __future__ import annotations

# Clauses that ask of the system only to be shown: who leads, what the duties are, what is forbidden. Those that
# promise use elsewhere (a list of recipients, the headings of a report) are not among them.
SHOWN = (
    "puning-2-tasks",
    "puning-3-leadership",
    "puning-4-1-branch",
    "puning-4-2-liaison",
    "puning-4-3-fulltime",
    "puning-5-four-nots",
    "xinfeng-3-duties",
    "xinfeng-3-leadership",
    "xinfeng-4-2-liaison",
    "xinfeng-5-1-management",
    "zhumadian-3-6-duties",
    "zhumadian-7-role",
    "zhumadian-14-detached",
    "zhumadian-15-management",
    "zhumadian-21-five-nots",
    "yongxing-2-2-detached",
    "ganzhou-5-duties",
)

# Who decides a leave and who is told: the trial and the command say it, the leave pages do it.
ROUTED = (
    "puning-6-captain-5",
    "puning-6-captain-over-5",
    "puning-6-member-3",
    "puning-6-member-4-5",
    "puning-6-member-over-5",
    "puning-6-first-secretary",
    "puning-10-scope",
    "zhumadian-16-7",
    "zhumadian-16-over-7",
    "xinfeng-leave-unspecified",
    "yongxing-leave-unspecified",
    "ganzhou-2-leave-system",
)

# How far a locality may make its own rule: registering one is held to it, and leave follows it once confirmed.
REGISTERED = (
    "zhumadian-16-local",
    "puning-10-refine",
)
