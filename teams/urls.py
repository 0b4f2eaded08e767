from __future__ import annotations

from django.urls import include, path

from teams import (
    account_urls,
    account_views,
    delegation_views,
    identifier_views,
    robot_views,
    token_views,
    trail_views,
    views,
)
from teams.imports import views as imports

app_name = "teams"

urlpatterns = [
    path("login/", account_views.login, name="login"),
    path("logout/", account_views.logout, name="logout"),
    path("password/", account_views.password, name="password"),
    path("password/done/", account_views.password_done, name="password_done"),
    path("password/again/", account_views.password_again, name="password_again"),
    path("account/", account_views.account, name="account"),
    path("account/tokens/", token_views.token_list, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", token_views.token_revoke, name="token_revoke"),
    path("account/delegations/", delegation_views.delegations, name="delegations"),
    path("account/delegations/<int:pk>/new/", delegation_views.delegate_post, name="delegate"),
    path("account/delegations/<int:pk>/end/", delegation_views.delegation_end, name="delegation_end"),
    path("grants/delegations/", delegation_views.delegations_given, name="delegations_given"),
    *account_urls.urlpatterns,
    path("text-size/", account_views.text_size, name="text_size"),
    path("teams/", views.team_list, name="list"),
    path("teams/<id:pk>/", views.team, name="team"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/numbers/", identifier_views.numbers, name="numbers"),
    path("audit/", trail_views.events, name="audit"),
    path("audit/<int:pk>/", trail_views.event, name="audit_event"),
    path("audit/export/", trail_views.export, name="audit_export"),
    path("audit/chain/", trail_views.chain, name="audit_chain"),
    path("roster/", views.roster, name="roster"),
    path("roster/imports/", imports.roster_imports, name="roster_imports"),
    path("roster/template/", imports.roster_template, name="roster_template"),
    path("roster/imports/<int:pk>/", imports.roster_import, name="roster_import"),
    path("roster/imports/<int:pk>/apply/", imports.roster_apply, name="roster_apply"),
    path("roster/imports/<int:pk>/recheck/", imports.roster_recheck, name="roster_recheck"),
    path("roster/imports/<int:pk>/drop/", imports.roster_drop, name="roster_drop"),
    path("pairing/", views.pairing, name="pairing"),
    path("pairing/<int:region_pk>/", views.pairing, name="pairing"),
    path("robots/", robot_views.robots, name="robots"),
    path("robots/<int:pk>/try/", robot_views.robot_try, name="robot_try"),
    path("robots/<int:pk>/end/", robot_views.robot_end, name="robot_end"),
    path("", include("teams.registry.urls")),
]
