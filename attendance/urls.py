from __future__ import annotations

from django.urls import path

from attendance.views import (
    entry,
    month,
    objection,
    points,
    quotas,
    register,
    reports,
    sheet,
    sign_in,
    summaries,
)

app_name = "attendance"

urlpatterns = [
    path("", register.register, name="register"),
    path("save/", entry.save, name="save"),
    path("quotas/", quotas.index, name="quotas"),
    path("sign-in/", sign_in.own, name="sign_in"),
    path("points/", points.points, name="points"),
    path("points/<int:pk>/", points.point, name="point"),
    path("close/", sheet.send, name="send"),
    path("sheets/<int:pk>/", sheet.sheet, name="sheet"),
    path("sheets/<int:pk>/withdraw/", sheet.withdraw, name="sheet_withdraw"),
    path("sheets/<int:pk>/reopen/", sheet.reopen, name="sheet_reopen"),
    path("reports/", reports.reports, name="reports"),
    path("workbook/", reports.team, name="workbook"),
    path("reports/ask/", reports.ask, name="report_ask"),
    path("reports/<int:pk>/", reports.file, name="report_file"),
    path("objections/", objection.object_to, name="object"),
    path("objections/<int:pk>/answer/", objection.answer, name="answer"),
    path("daily/", summaries.day, name="daily"),
    path("check/", summaries.check, name="check"),
    path("mine/", month.mine, name="mine"),
    path("people/<int:pk>/", month.person, name="person"),
    path("postings/<int:pk>/", entry.row, name="row"),
    path("postings/<int:pk>/day/", entry.day, name="day"),
]
