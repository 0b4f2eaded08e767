"""Who acts in the state machine, what they may send, and what each verb may do to a request."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

APPLICANTS = ["liusha_member", "liusha_captain", "liusha_first", "sc_member", "xf_member"]
DECIDERS = [
    "liusha_secretary",
    "pn_agri_chief",
    "zhuli_secretary",
    "sc_org_chief",
    "sc_rural_chief",
    "sc_unit_chief",
    "sc_captain",
    "xf_rural_chief",
    "xf_captain",
    "meikeng_secretary",
]
NEIGHBOURS = [
    "lihu_captain",
    "lihu_secretary",
    "lihu_member",
    "pn_finance_chief",
    "pn_unit2_chief",
    "liusha_officer",
]
PARTIES = ["team:captain", "town:party_secretary", "county:organization", "county:agriculture", "unit:leader"]

#: Written down a second time on purpose: what each verb may do to the state of a request.
LEGAL: dict[str, set[tuple[str | None, str | None]]] = {
    "save": {(None, "draft")},
    "edit": {("draft", "draft"), ("returned", "returned")},
    "remove_file": {("draft", "draft"), ("returned", "returned")},
    "discard": {("draft", None)},
    "submit": {("draft", "pending"), ("returned", "pending")},
    "sign": {("pending", state) for state in ("pending", "approved", "refused", "returned")},
    "assign": {("pending", "pending")},
    "withdraw": {("pending", "withdrawn"), ("returned", "withdrawn")},
    "cancel": {("approved", "cancelled")},
    "back": {("approved", "back")},
    "extend": {("approved", "approved")},
    "change": {("approved", "approved")},
}

#: What is the sensible next thing in each state, more often than not.
IN_TURN = {
    "draft": ["submit", "submit", "submit", "edit", "remove_file", "discard"],
    "pending": ["sign", "sign", "sign", "assign", "assign", "withdraw"],
    "returned": ["edit", "submit", "submit", "remove_file", "withdraw"],
    "approved": ["back", "back", "cancel", "extend", "extend", "change"],
}


@dataclass(frozen=True)
class Form:
    """Everything a person may send with some verb; each verb takes what it needs."""

    halves: int
    start: int
    with_file: bool
    decision: str
    note: str
    parties: list[str]
    together: bool
    ago: int
    half: str
    stale: bool = False
    blank: bool = False


filled = {
    "halves": st.sampled_from([1, 2, 3, 5, 6, 7, 8, 11, 12, 14, 15, 16]),
    "start": st.integers(0, 9),
    "with_file": st.booleans(),
    "decision": st.sampled_from(["agree", "agree", "agree", "refuse", "return"]),
    "note": st.just("改期"),
    "parties": st.lists(st.sampled_from(PARTIES), min_size=1, max_size=3, unique=True),
    "together": st.booleans(),
    "ago": st.integers(0, 3),
    "half": st.sampled_from(["am", "pm"]),
}
proper = st.builds(Form, **filled)
careless = st.builds(
    Form,
    **{
        **filled,
        "decision": st.sampled_from(["agree", "refuse", "return", "opinion", "assign", ""]),
        "note": st.sampled_from(["", "改期"]),
        "parties": st.lists(st.sampled_from([*PARTIES, "town:mayor"]), max_size=3, unique=True),
        "ago": st.integers(-2, 9),
        "stale": st.booleans(),
        "blank": st.booleans(),
    },
)
number = st.integers(0, 59)
