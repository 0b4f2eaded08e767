"""How forms are rendered: each field as one group of label, help, error and control."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FieldGroups(TemplatesSetting):
    """``{{ form }}`` and ``{{ field.as_field_group }}`` use the project's own templates."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
