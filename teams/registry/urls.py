"""The registers of the three administrators, in the name space of teams."""

from __future__ import annotations

from django.urls import path

from teams.registry import bodies, grants, people, places, posts

urlpatterns = [
    path("registry/people/", people.people_list, name="registry_people"),
    path("registry/people/new/", people.person_new, name="registry_person_new"),
    path("registry/people/<int:pk>/", people.person, name="registry_person"),
    path("registry/people/<int:pk>/edit/", people.person_edit, name="registry_person_edit"),
    path("registry/people/<int:pk>/appoint/", posts.appoint_person, name="registry_appoint"),
    path("registry/posts/", posts.post_list, name="registry_posts"),
    path("registry/posts/<int:pk>/correct/", posts.correct_post, name="registry_post_correct"),
    path("registry/posts/<int:pk>/end/", posts.end_post, name="registry_post_end"),
    path("registry/places/", places.place_root, name="registry_places"),
    path("registry/places/<int:pk>/", places.place, name="registry_place"),
    path("registry/places/<int:pk>/add/", places.place_add, name="registry_place_add"),
    path("registry/places/<int:pk>/bodies/<slug:kind>/", bodies.body_new, name="registry_body_new"),
    path("registry/places/<int:pk>/<slug:act>/", places.place_change, name="registry_place_change"),
    path("registry/bodies/", bodies.body_list, name="registry_bodies"),
    path("registry/bodies/<int:pk>/", bodies.body, name="registry_body"),
    path("registry/bodies/<int:pk>/functions/", bodies.function_add, name="registry_function_add"),
    path("registry/bodies/<int:pk>/<slug:act>/", bodies.body_change, name="registry_body_change"),
    path("registry/functions/<int:pk>/end/", bodies.function_end, name="registry_function_end"),
    path("grants/", grants.grant_list, name="grants"),
    path("grants/people/", grants.people_search, name="grant_people"),
    path("grants/people/<int:pk>/", grants.sight, name="sight"),
    path("grants/people/<int:pk>/give/", grants.grant_give, name="grant_give"),
    path("grants/<int:pk>/revoke/", grants.grant_revoke, name="grant_revoke"),
]
