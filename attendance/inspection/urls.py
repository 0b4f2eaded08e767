from __future__ import annotations

from django.urls import path

from attendance.inspection.views import bulletins, checks, results, talks

app_name = "inspection"

urlpatterns = [
    path("", bulletins.bulletins, name="bulletins"),
    path("new/", bulletins.new, name="bulletin_new"),
    path("<int:pk>/", bulletins.bulletin, name="bulletin"),
    path("<int:pk>/edit/", bulletins.edit, name="bulletin_edit"),
    path("<int:pk>/paper/", bulletins.paper, name="bulletin_paper"),
    path("<int:pk>/send/", bulletins.send, name="bulletin_send"),
    path("<int:pk>/withdraw/", bulletins.withdraw, name="bulletin_withdraw"),
    path("<int:pk>/drop/", bulletins.drop, name="bulletin_drop"),
    path("<int:pk>/correct/", bulletins.correct, name="bulletin_correct"),
    path("talks/", talks.talks, name="talks"),
    path("talks/new/", talks.new, name="talk_new"),
    path("talks/<int:pk>/", talks.talk, name="talk"),
    path("talks/<int:pk>/acknowledge/", talks.acknowledge, name="talk_acknowledge"),
    path("talks/<int:pk>/void/", talks.void, name="talk_void"),
    path("checks/", checks.checks, name="checks"),
    path("checks/new/", checks.new, name="check_new"),
    path("checks/<int:pk>/", checks.check, name="check"),
    path("checks/<int:pk>/pool.csv", checks.pool, name="check_pool"),
    path("checks/<int:pk>/seed/", checks.seed, name="check_seed"),
    path("checks/<int:pk>/draw/", checks.draw, name="check_draw"),
    path("checks/<int:pk>/cancel/", checks.cancel, name="check_cancel"),
    path("checks/<int:pk>/results/", results.entry, name="results"),
    path("checks/<int:pk>/results/rest/", results.rest, name="results_rest"),
    path("checks/<int:pk>/close/", results.close, name="check_close"),
    path("targets/<int:pk>/find/", results.find, name="find"),
    path("targets/<int:pk>/judge/", checks.judge, name="judge"),
]
