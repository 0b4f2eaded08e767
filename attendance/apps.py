from __future__ import annotations

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = "考勤"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from attendance import (  # noqa: F401  (access words, triggers, the Subject, lines of 待办, words of the trail)
            access,
            guards,
            sheet_subject,
            timeline,
            todo,
            trail,
        )
        from attendance.absence import subject  # noqa: F401  (cases and statements as Subjects)
        from attendance.absence import todo as absence_todo  # noqa: F401  (steps under 待办)
        from attendance.inspection import guards as inspection_guards  # noqa: F401
        from attendance.inspection import (  # noqa: F401  (bulletins and talks, then checks)
            paper_guards,
            paper_subjects,
            subjects,
        )
        from attendance.inspection import todo as inspection_todo  # noqa: F401  (talks to confirm, under 待办)
        from attendance.inspection import trail as inspection_trail  # noqa: F401
