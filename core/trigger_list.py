from __future__ import annotations

from core.triggers import append_only, register

register(*append_only("core_auditevent"))
