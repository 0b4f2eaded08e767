from __future__ import annotations

from django.urls import path

from leave.views import card, drafts, lists

app_name = "leave"

urlpatterns = [
    path("", lists.everybody, name="list"),
    path("mine/", lists.mine, name="mine"),
    path("new/", drafts.new, name="new"),
    path("preview/", drafts.preview, name="preview"),
    path("<int:pk>/", card.card, name="card"),
    path("<int:pk>/edit/", drafts.edit, name="edit"),
    path("<int:pk>/check/", drafts.check, name="check"),
    path("<int:pk>/submit/", drafts.submit, name="submit"),
    path("<int:pk>/discard/", drafts.discard, name="discard"),
    path("<int:pk>/files/<int:file_pk>/remove/", drafts.remove_file, name="remove_file"),
    path("<int:pk>/withdraw/", card.withdraw, name="withdraw"),
    path("<int:pk>/cancel/", card.cancel, name="cancel"),
    path("<int:pk>/back/", card.back, name="back"),
    path("<int:pk>/assign/", card.assign, name="assign"),
]
