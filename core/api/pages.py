"""Lists come in pages, always in the same order, never more than a hundred rows at once."""

from __future__ import annotations

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from core.web import PAGE_SIZE, Pages


class Paged(PageNumberPagination):
    """``?page=`` and ``?page_size=``; a page that is not there is a mistake in ``page``, not a missing address."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = 100
    django_paginator_class = Pages
    page_query_description = "第几页，从 1 开始"
    page_size_query_description = "一页几行，最多 100"

    def paginate_queryset(self, queryset, request: Request, view=None):
        try:
            return super().paginate_queryset(queryset, request, view)
        except NotFound as missing:
            raise ValidationError({"page": "没有这一页"}, code="no_such_page") from missing
