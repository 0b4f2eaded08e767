from __future__ import annotations

from django.urls import path

from core import calendar_views, delivery_views, views
from core.backup import views as backup_views

app_name = "core"

urlpatterns = [
    path("files/<int:pk>/", views.file, name="file"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("account/messages/", delivery_views.delivery, name="delivery"),
    path("account/messages/email/", delivery_views.email, name="delivery_email"),
    path("account/messages/code/", delivery_views.code, name="delivery_code"),
    path("account/messages/forget/", delivery_views.forget, name="delivery_forget"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/enter/", calendar_views.enter, name="calendar_enter"),
    path("backups/", backup_views.backups, name="backups"),
    path("backups/now/", backup_views.ask, name="backup_ask"),
    path("feedback/", views.feedback, name="feedback"),
]
