"""The form renderer: every form and field group of the site comes from ``templates/forms/``."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class SiteRenderer(TemplatesSetting):
    """``FORM_RENDERER = "core.rendering.SiteRenderer"``; needs ``django.forms`` in INSTALLED_APPS."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
