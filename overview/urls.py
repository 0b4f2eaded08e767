from __future__ import annotations

from django.urls import path

from overview import received, running_views, timeline, views
from overview.board.views import board
from overview.search import views as search

app_name = "overview"

urlpatterns = [
    path("", views.home, name="home"),
    path("board/", board, name="board"),
    path("help/", views.help_page, name="help"),
    path("feedback/received/", received.feedback_received, name="feedback_received"),
    path("feedback/received/<int:pk>/answer/", received.feedback_answer, name="feedback_answer"),
    path("search/", search.search, name="search"),
    path("people/<int:pk>/timeline/", timeline.person_line, name="timeline"),
    path("running/", running_views.running, name="running"),
    path("running/<int:pk>/retry/", running_views.retry, name="retry"),
    path("running/<int:pk>/drop/", running_views.drop, name="drop"),
]
