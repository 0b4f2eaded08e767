from __future__ import annotations

from django.urls import path

from rules import setting_views, views
from rules.local.views import card, files, form, lists

app_name = "rules"

urlpatterns = [
    path("", views.library, name="library"),
    path("trial/", views.trial, name="trial"),
    path("clause/<slug:clause_id>/", views.clause, name="clause"),
    path("local/", lists.index, name="local_list"),
    path("local/new/", form.new, name="local_new"),
    path("local/import/", files.bring_in, name="local_import"),
    path("local/<int:pk>/", card.card, name="local_card"),
    path("local/<int:pk>/edit/", form.edit, name="local_edit"),
    path("local/<int:pk>/check/", card.check, name="local_check"),
    path("local/<int:pk>/submit/", card.submit, name="local_submit"),
    path("local/<int:pk>/withdraw/", card.withdraw, name="local_withdraw"),
    path("local/<int:pk>/discard/", card.discard, name="local_discard"),
    path("local/<int:pk>/supersede/", card.supersede, name="local_supersede"),
    path("local/<int:pk>/files/", card.add_files, name="local_files"),
    path("local/<int:pk>/files/<int:file_pk>/remove/", card.remove_file, name="local_remove_file"),
    path("local/<int:pk>/versions/", lists.versions, name="local_versions"),
    path("local/<int:pk>/export/", files.export, name="local_export"),
    path("standing/", lists.standing, name="standing"),
    path("settings/", setting_views.index, name="settings"),
    path("<slug:pack_id>/", views.pack, name="pack"),
]
