"""The WSGI entry point."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from core.garbage import what_is_loaded_stays

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Every page is loaded now, not while somebody waits for his first.
reverse("overview:home")
what_is_loaded_stays()
