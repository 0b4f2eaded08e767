from __future__ import annotations

from django.urls import path

from attendance.absence import statement_views
from attendance.absence import views as absence
from attendance.views import (
    entry,
    group,
    imports,
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
    path("group/", group.group, name="group"),
    path("quotas/", quotas.index, name="quotas"),
    path("sign-in/", sign_in.own, name="sign_in"),
    path("sign-in/photo/", sign_in.add, name="sign_in_photo"),
    path("photos/<int:pk>/", sign_in.photo, name="photo"),
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
    path("imports/", imports.imports, name="imports"),
    path("imports/template/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.one, name="import"),
    path("imports/<int:pk>/apply/", imports.apply, name="import_apply"),
    path("imports/<int:pk>/recheck/", imports.recheck, name="import_recheck"),
    path("imports/<int:pk>/drop/", imports.drop, name="import_drop"),
    path("objections/", objection.object_to, name="object"),
    path("objections/<int:pk>/answer/", objection.answer, name="answer"),
    path("absence/", absence.absences, name="absences"),
    path("absence/report/", absence.report, name="absence_report"),
    path("absence/summary/", statement_views.summary, name="absence_summary"),
    path("absence/<int:pk>/", absence.case, name="absence_case"),
    path("absence/<int:pk>/explain/", absence.explain, name="absence_explain"),
    path("absence/<int:pk>/find/", absence.find, name="absence_find"),
    path("absence/<int:pk>/withdraw/", absence.withdraw, name="absence_withdraw"),
    path("absence/<int:pk>/steps/<slug:code>/", absence.step, name="absence_step"),
    path("absence/<int:pk>/statement/", statement_views.write, name="absence_state"),
    path("absence/<int:pk>/paper/", statement_views.paper, name="absence_paper"),
    path("statements/<int:pk>/", statement_views.statement, name="absence_statement"),
    path("statements/<int:pk>/print/", statement_views.sheet, name="absence_statement_sheet"),
    path("daily/", summaries.day, name="daily"),
    path("check/", summaries.check, name="check"),
    path("days/", reports.days, name="days"),
    path("mine/", month.mine, name="mine"),
    path("people/<int:pk>/", month.person, name="person"),
    path("postings/<int:pk>/", entry.row, name="row"),
    path("postings/<int:pk>/day/", entry.day, name="day"),
]
