from __future__ import annotations

from django.urls import path

from approvals import batch_views, clock_views, views

app_name = "approvals"

urlpatterns = [
    path("todo/", views.todo, name="todo"),
    path("clocks/", clock_views.clocks, name="clocks"),
    path("todo/batch/", batch_views.agree, name="batch"),
    path("sign-offs/<int:pk>/sign/", views.sign, name="sign"),
    path("sign-offs/<int:pk>/<slug:decision>/", views.reason, name="reason"),
    path("filings/<int:pk>/seen/", views.acknowledge, name="acknowledge"),
]
