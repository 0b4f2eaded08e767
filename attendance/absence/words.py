"""What people are told of a case, and the sentences its pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attendance.absence.models import AbsenceCase, CaseStep
from attendance.absence.powers import Rulebook
from core import notices
from policy.chains import FORM_LABELS
from policy.parties import party_label
from teams.holders import users_at
from teams.models import User

#: What the engine of sign-off and the files call a statement.
STATEMENT = "absence_statement"


def days(case: AbsenceCase, others: Sequence[AbsenceCase]) -> str:
    """11月5日; 11月5日、11月6日 of a finding over several."""
    return "、".join(each.short for each in sorted([case, *others], key=lambda each: each.day))


def finders(book: Rulebook) -> str:
    """Who may find 无故, as a refusal says it."""
    if not book.chains:
        return "认定由乡镇考勤员、副书记、组织委员或县级主管部门办"
    named = "、".join(party_label(each, book.pack) for each in book.found_by)
    return f"认定由{named}，或乡镇考勤员、副书记、组织委员办"


def without_chain(book: Rulebook) -> str:
    """Why nothing follows a finding."""
    if not book.chains:
        return "本县文件没有规定后续处置步骤，认定后办结"
    named = "、".join(party_label(each, book.pack) for each in book.found_by)
    return f"文件规定的处置步骤由{named}发现的才启动，这一件认定后办结"


def tell_person(case: AbsenceCase, title: str, body: str, by: User) -> None:
    """The person concerned hears of it."""
    user = getattr(case.person, "user", None)
    if user is not None and user.pk != by.pk:
        _tell({user.pk}, case, f"您{title}", body, f"person:{case.round}:{case.state}")


def tell_begun(case: AbsenceCase, begun: Iterable[CaseStep], by: User) -> None:
    """Whose step it is now hears what is to be done, and by when."""
    for row in begun:
        if row.pairs:
            users = users_at(row.pairs)
        else:
            user = getattr(case.person, "user", None)
            users = {user.pk} if user is not None else set()
        title = f"{FORM_LABELS[row.form]}：{case}无故不在岗，由您{'单位' if row.pairs else '本人'}办理"
        _tell(users, case, title, row.what, f"step:{case.round}:{row.code}")


def tell_sent(case: AbsenceCase, row: CaseStep, users: set[int]) -> None:
    """Whom a step is addressed to hears that it is there."""
    _tell(users, case, f"收到{FORM_LABELS[row.form]}：{case}", row.what, f"sent:{case.round}:{row.code}")


def _tell(users: set[int], case: AbsenceCase, title: str, body: str, key: str) -> None:
    notices.tell(
        users=users,
        title=title,
        body=body,
        url=case.get_absolute_url(),
        key=f"absence:{case.pk}:{key}",
        subject_kind="absence",
        subject_id=case.pk,
    )
