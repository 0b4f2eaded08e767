from __future__ import annotations

from django.urls import path

from attendance.inspection.views import checks, results

app_name = "inspection"

urlpatterns = [
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
