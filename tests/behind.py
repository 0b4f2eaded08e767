"""What stands behind the arguments of every address, so that tests can walk all of them.

A room says in one line what stands behind the arguments of its addresses, e.g.
``objects("leave:calendar", pk=lambda scene: scene.feed.pk, token=lambda scene: "withdrawn-or-never-given")
objects("leave:rota", pk=lambda scene: scene.rota.pk)
objects("leave", pk=lambda scene: scene.waiting.pk)``: the name of its addresses or the beginning of it, and the
object of the :class:`tests.access.Scene` for each argument. ``make matrix`` then writes the rows; read the codes it wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.drive import newest

if TYPE_CHECKING:
    from tests.access import Scene

#: (name of addresses or its beginning, argument) → the value for it; the longest name wins.
OBJECTS: dict[tuple[str, str], Callable[[Scene], Any]] = {}


def objects(name: str, **arguments: Callable[[Scene], Any]) -> None:
    """Say what stands behind the arguments of the addresses whose name is, or begins with, ``name``."""
    OBJECTS.update({(name, argument): find for argument, find in arguments.items()})


objects("leave:calendar", pk=lambda scene: scene.feed.pk, token=lambda scene: "withdrawn-or-never-given")
objects("leave:rota", pk=lambda scene: scene.rota.pk)
objects("leave", pk=lambda scene: scene.waiting.pk, file_pk=lambda scene: scene.file().pk)
for name in ("trip", "acknowledge_trip", "cancel_trip"):
    objects(f"leave:{name}", pk=lambda scene: scene.trip.pk)
objects("approvals", pk=lambda scene: newest(scene.waiting).pk, decision=lambda scene: "return")
objects("approvals:acknowledge", pk=lambda scene: scene.told("team:captain").pk)
objects("core:file", pk=lambda scene: scene.file().pk)
objects("teams:audit_event", pk=lambda scene: scene.event().pk)
objects("teams:team", pk=lambda scene: scene.world.bodies["liusha_team"].pk)
objects("teams:person", pk=lambda scene: scene.world.human("liusha_member").pk)
objects("teams:robot", pk=lambda scene: scene.robot.pk)
objects("overview", pk=lambda scene: scene.unsent.pk)
objects("overview:feedback_answer", pk=lambda scene: scene.said().pk)
objects("overview:timeline", pk=lambda scene: scene.world.human("liusha_member").pk)
objects("teams:registry_p", pk=lambda scene: scene.world.human("liusha_member").pk)
objects("teams:registry_appoint", pk=lambda scene: scene.world.human("liusha_member").pk)
objects("teams:registry_post_", pk=lambda scene: scene.world.appointments["liusha_member"].pk)
objects("teams:registry_post_correct", pk=lambda scene: scene.coming.pk)
objects("teams:registry_place", pk=lambda scene: scene.world.regions["liusha"].pk, act=lambda scene: "rename")
objects(
    "teams:registry_body", pk=lambda scene: scene.world.bodies["liusha_party"].pk, act=lambda scene: "merge"
)
objects(
    "teams:registry_body_new", pk=lambda scene: scene.world.regions["liusha"].pk, kind=lambda scene: "office"
)
objects("teams:registry_function_add", pk=lambda scene: scene.world.bodies["pn_agri"].pk)
objects("teams:registry_function_end", pk=lambda scene: scene.world.bodies["liusha_party"].functions.get().pk)
objects("teams:grant_give", pk=lambda scene: scene.world.human("liusha_member").pk)
objects("teams:grant_revoke", pk=lambda scene: scene.grant.pk)
objects("teams:sight", pk=lambda scene: scene.world.human("liusha_member").pk)
objects("teams:delegate", pk=lambda scene: scene.world.appointments["liusha_secretary"].pk)
objects("teams:delegation_end", pk=lambda scene: scene.delegation.pk)
objects("teams:token_revoke", pk=lambda scene: scene.token.pk)
objects("teams:account_", person_pk=lambda scene: scene.world.human("liusha_member").pk)
objects("teams:account_act", pk=lambda scene: scene.world.users["liusha_member"].pk, act=lambda scene: "off")
objects("teams:duty_new", person_pk=lambda scene: scene.world.human("liusha_member").pk)
objects("teams:login_history", pk=lambda scene: scene.world.users["liusha_member"].pk)
objects("teams:unlock", pk=lambda scene: scene.locked)
objects("teams:numbers", pk=lambda scene: scene.world.human("liusha_member").pk)
objects("teams:pairing", region_pk=lambda scene: scene.world.regions["puning"].pk)
objects("api:leave", pk=lambda scene: scene.waiting.pk)
objects("api:trips", pk=lambda scene: scene.trip.pk)
objects("api:sign-offs", pk=lambda scene: newest(scene.waiting).pk)
objects("api:filings", pk=lambda scene: scene.told("team:captain").pk)
objects("api:notices", pk=lambda scene: scene.notice().pk)
objects("api:checks", pk=lambda scene: scene.spot_check.pk)
objects("api:bulletins", pk=lambda scene: scene.spot_check.pk)
objects("api:regions", pk=lambda scene: scene.world.regions["liusha"].pk)
objects("api:offices", pk=lambda scene: scene.world.bodies["liusha_party"].pk)
objects("api:units", pk=lambda scene: scene.world.bodies["pn_unit"].pk)
objects("api:teams", pk=lambda scene: scene.world.bodies["liusha_team"].pk)
objects("api:people", pk=lambda scene: scene.world.human("liusha_member").pk)
objects("api:appointments", pk=lambda scene: scene.world.appointments["liusha_member"].pk)
objects("attendance", pk=lambda scene: scene.world.appointments["liusha_member"].pk)
objects("attendance:point", pk=lambda scene: scene.world.regions["liusha"].pk)
objects("attendance:answer", pk=lambda scene: scene.objection.pk)
objects("attendance:report_file", pk=lambda scene: scene.report_part().pk)
objects("inspection", pk=lambda scene: scene.spot_check.pk)
for name in ("find", "judge"):
    objects(f"inspection:{name}", pk=lambda scene: scene.spot_check.targets.earliest("pk").pk)
# No bulletin and no talk has been made: their addresses answer as for a stranger.
for name in ("bulletin", "talk"):
    objects(f"inspection:{name}", pk=lambda scene: scene.spot_check.pk)
objects("attendance:absence_", pk=lambda scene: scene.absence.pk, code=lambda scene: "report")
objects("attendance:absence_statement", pk=lambda scene: scene.statement.pk)
objects("attendance:import", pk=lambda scene: scene.register_import().pk)
objects("attendance:sheet", pk=lambda scene: scene.sheet.pk)
objects("attendance:person", pk=lambda scene: scene.world.human("liusha_member").pk)
objects("rules", pack_id=lambda scene: "puning", clause_id=lambda scene: "puning-6-member-3")
objects("rules:local", pk=lambda scene: scene.rule.pk, file_pk=lambda scene: scene.rule_file().pk)
objects("teams:roster_", pk=lambda scene: scene.roster().pk)
