from __future__ import annotations

from django.urls import path

from core import views

app_name = "core"

urlpatterns = [
    path("files/<int:pk>/", views.file, name="file"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("feedback/", views.feedback, name="feedback"),
]
