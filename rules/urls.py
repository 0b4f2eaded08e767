from __future__ import annotations

from django.urls import path

from rules import views

app_name = "rules"

urlpatterns = [
    path("", views.library, name="library"),
    path("trial/", views.trial, name="trial"),
    path("clause/<slug:clause_id>/", views.clause, name="clause"),
    path("<slug:pack_id>/", views.pack, name="pack"),
]
