"""The words of this room in the audit trail."""

from __future__ import annotations

from approvals.models import Signature, SignOff
from core import trail

trail.name_actions(
    {
        "sign_off.open": "开始签批",
        "sign_off.sign": "签批",
        "sign_off.withdrawn": "撤回签批",
        "sign_off.voided": "签批作废",
        "filing.acknowledge": "确认备案",
    }
)
trail.name_kinds({"filing": "备案", "sign_off": "签批"})
trail.name_fields(
    {
        "round": "轮次",
        "seats": "由谁签",
        "seat": "签批席位",
        "decision": "决定",
        "via": "以何身份",
        "delegation": "代办委托编号",
        "filing": "备案编号",
        "label": "名称",
        "sign_off_id": "签批编号",
        "filing_id": "备案编号",
    }
)
trail.name_values("decision", Signature.Decision.choices)
trail.name_values(
    "via", [("own", "本人"), ("delegated", "受托代办"), ("acting", "代行"), ("upward", "上一级")]
)
trail.name_values("state", SignOff.State.choices)
