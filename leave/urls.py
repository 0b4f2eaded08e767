from __future__ import annotations

from django.urls import path

from leave.feeds.views import calendar, calendar_feed, calendar_revoke
from leave.rotas.views import rota, rota_cancel, rota_edit, rota_new, rotas
from leave.views import (
    actions,
    balances,
    card,
    consents,
    contact,
    drafts,
    extensions,
    ledger,
    lists,
    slip,
    trips,
)
from leave.whereabouts.views import away

app_name = "leave"

urlpatterns = [
    path("", lists.everybody, name="list"),
    path("mine/", lists.mine, name="mine"),
    path("away/", away, name="away"),
    path("calendar/", calendar, name="calendar"),
    path("calendar/<int:pk>/revoke/", calendar_revoke, name="calendar_revoke"),
    path("calendar/<slug:token>.ics", calendar_feed, name="calendar_feed"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/file/", ledger.ledger_file, name="ledger_file"),
    path("balances/", balances.balances, name="balances"),
    path("balances/file/", balances.balances_file, name="balances_file"),
    path("rotas/", rotas, name="rotas"),
    path("rotas/new/", rota_new, name="rota_new"),
    path("rotas/<int:pk>/", rota, name="rota"),
    path("rotas/<int:pk>/edit/", rota_edit, name="rota_edit"),
    path("rotas/<int:pk>/cancel/", rota_cancel, name="rota_cancel"),
    path("new/", drafts.new, name="new"),
    path("preview/", drafts.preview, name="preview"),
    path("voice/", consents.voice, name="voice"),
    path("paper/", consents.paper, name="paper"),
    path("trips/", trips.trip_list, name="trips"),
    path("trips/new/", trips.new_trip, name="new_trip"),
    path("trips/<int:pk>/", trips.trip, name="trip"),
    path("trips/<int:pk>/acknowledge/", trips.acknowledge_trip, name="acknowledge_trip"),
    path("trips/<int:pk>/cancel/", trips.cancel_trip, name="cancel_trip"),
    path("trips/<int:pk>/back/", trips.trip_back, name="trip_back"),
    path("<int:pk>/", card.card, name="card"),
    path("<int:pk>/slip/", slip.slip, name="slip"),
    path("<int:pk>/contact/", contact.contact, name="contact"),
    path("<int:pk>/edit/", drafts.edit, name="edit"),
    path("<int:pk>/extend/", extensions.extend, name="extend"),
    path("<int:pk>/change/", drafts.change, name="change"),
    path("<int:pk>/check/", drafts.check, name="check"),
    path("<int:pk>/submit/", drafts.submit, name="submit"),
    path("<int:pk>/discard/", actions.discard, name="discard"),
    path("<int:pk>/files/<int:file_pk>/remove/", actions.remove_file, name="remove_file"),
    path("<int:pk>/withdraw/", actions.withdraw, name="withdraw"),
    path("<int:pk>/cancel/", actions.cancel, name="cancel"),
    path("<int:pk>/back/", actions.back, name="back"),
    path("<int:pk>/assign/", actions.assign, name="assign"),
]
