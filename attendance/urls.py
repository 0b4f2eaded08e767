from __future__ import annotations

from django.urls import path

from attendance.views import entry, month, points, quotas, register, sign_in

app_name = "attendance"

urlpatterns = [
    path("", register.register, name="register"),
    path("save/", entry.save, name="save"),
    path("quotas/", quotas.index, name="quotas"),
    path("sign-in/", sign_in.own, name="sign_in"),
    path("points/", points.points, name="points"),
    path("points/<int:pk>/", points.point, name="point"),
    path("mine/", month.mine, name="mine"),
    path("people/<int:pk>/", month.person, name="person"),
    path("postings/<int:pk>/", entry.row, name="row"),
    path("postings/<int:pk>/day/", entry.day, name="day"),
]
