from __future__ import annotations

from django.urls import path

from overview import views

app_name = "overview"

urlpatterns = [path("", views.home, name="home"), path("help/", views.help_page, name="help")]
