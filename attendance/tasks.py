"""Jobs of attendance: the day summed up for towns and county, and the word that a week or a month can be looked at;
positions of sign-ins forgotten in time.
"""

from __future__ import annotations

from attendance import checks, daily, evidence
from attendance.absence import sweep
from attendance.clauses import ABSENCE, CHECKED, SUMMED_UP
from attendance.imports import services as imports
from attendance.reports import building
from attendance.totals import writing
from core import clock, notices
from core.jobs import job
from core.months import beside
from policy.carries import carries


@job("attendance.daily_summary")
@carries(*SUMMED_UP)
def daily_summary() -> int:
    """Tell each town and its county what was entered of the day, in the evening or, late, the next working morning.

    Where a clause asks for it or the county has turned it on. Returns how many messages that would be; a second run
    says nothing new.
    """
    said = daily.words()
    notices.tell_all(said)
    return len(said)


@job("attendance.check_ready")
@carries(*CHECKED)
def check_ready() -> int:
    """Tell who is to look at his town's week or his county's month that its figures are ready, on its last working day.

    Returns how many messages that would be; each is said once.
    """
    said = checks.words()
    notices.tell_all(said)
    return len(said)


@job("attendance.absences")
def absences() -> dict[str, int]:
    """List the working days nobody accounted for once the region's hour has passed; strike those that are by now.

    Each may run twice: a person and day have one case, and nothing is found by it.
    """
    return {
        "listed": sweep.list_missing(acting_user=None),
        "struck": sweep.strike_explained(acting_user=None),
        "held": sweep.find_holders(acting_user=None),
    }


@job("attendance.remind_absences")
@carries(*ABSENCE)
def remind_absences() -> int:
    """Tell whose step of a chain runs out today or has run out, once for each; returns how many that is."""
    said = sweep.reminders()
    notices.tell_all(said)
    return len(said)


@job("attendance.forget_positions")
def forget_positions() -> int:
    """Remove what sign-ins came with once the region's days are over; returns how many."""
    return evidence.forget(acting_user=None)


@job("attendance.expire_imports")
def expire_imports() -> int:
    """Clear the workbooks of imports that nobody has confirmed in thirty days."""
    return imports.expire(acting_user=None)


@job("attendance.begin_month")
def begin_month() -> int:
    """Make last month's provisional reports due, once for each county; beat asks again, in case the first was missed."""
    return building.begin_month(beside(clock.today())[0])


@job("attendance.build_reports")
def build_reports() -> int:
    """Build the reports that are due and nobody else is building; how many were finished."""
    return building.build_due()


@job("attendance.write_totals")
def write_totals() -> int:
    """Write this month's and the last one's totals, where there are more people than a page derives; how many."""
    return writing.write_present()


@job("attendance.write_older_totals")
def write_older_totals() -> int:
    """The same of the months before them; how many."""
    return writing.write_older()
