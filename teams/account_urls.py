"""Addresses about accounts: two steps at sign-in, devices, the system and the security administrator's pages."""

from __future__ import annotations

from django.urls import path

from teams import account_admin_views, account_views, second_step_views, security_views

urlpatterns = [
    path("login/code/", second_step_views.code, name="code"),
    path("account/devices/end/", account_views.device_end, name="device_end"),
    path("account/second-step/", second_step_views.status, name="second_step"),
    path("account/second-step/begin/", second_step_views.begin, name="second_step_begin"),
    path("account/second-step/confirm/", second_step_views.confirm, name="second_step_confirm"),
    path("account/second-step/codes/", second_step_views.codes, name="second_step_codes"),
    path("account/second-step/off/", second_step_views.off, name="second_step_off"),
    path("accounts/", account_admin_views.accounts, name="accounts"),
    path("accounts/people/<int:person_pk>/", account_admin_views.account_person, name="account_person"),
    path("accounts/people/<int:person_pk>/new/", account_admin_views.account_new, name="account_new"),
    path("accounts/people/<int:person_pk>/duty/", account_admin_views.duty_new, name="duty_new"),
    path("accounts/<int:pk>/<slug:act>/", account_admin_views.account_act, name="account_act"),
    path("security/logins/", security_views.logins, name="logins"),
    path("security/logins/<int:pk>/", security_views.login_history, name="login_history"),
    path("security/unlock/<int:pk>/", security_views.unlock, name="unlock"),
    path("security/password-policy/", security_views.password_policy, name="password_policy"),
]
