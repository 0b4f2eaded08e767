"""The words of this room in the audit trail."""

from __future__ import annotations

from core import trail

trail.name_actions({"setting.set": "修改本地设置"})
