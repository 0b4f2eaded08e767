"""The API against its own description, for each kind of person: no crash, no answer the description does not know."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from teams.words import TokenScope
from tests.access import ROLES, Scene
from tests.api.program import Program
from tests.attendance import inspections
from tests.behind import OBJECTS
from tests.stage import scene, staged

__all__ = ["scene", "staged"]

pytestmark = pytest.mark.once

load_all_checks()
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
EVERY = [scope.value for scope in TokenScope]
#: Who asks, with which scopes.
CALLERS = {
    **{role: (who, EVERY) for role, who in ROLES.items()},
    "organization": ("pn_org_chief", EVERY),
    "inspection": (inspections.COUNTY, EVERY),
    "few scopes": ("liusha_captain", ["leave:read", "notices:read"]),
}


#: Of them those whose answers differ most; the long proof asks as everybody.
FEW = ("member", "secretary", "county", "few scopes")


@pytest.fixture(scope="module")
def operations() -> list[Any]:
    """Every operation of the description as it is served."""
    described = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
    return [found.ok() for found in described.get_all_operations()]


@pytest.mark.parametrize("role", FEW)
def test_a_few_questions_of_each_kind(scene: Scene, operations: list[Any], role: str) -> None:
    assert len(operations) > 30
    assert _wrong(scene, operations, role, examples=3, kinds=[GenerationMode.POSITIVE]) == []


@pytest.mark.slow
@pytest.mark.parametrize("role", CALLERS)
def test_many_questions_good_and_bad(scene: Scene, operations: list[Any], role: str) -> None:
    assert _wrong(scene, operations, role, examples=150, kinds=list(GenerationMode)) == []


def _wrong(
    scene: Scene, operations: list[Any], role: str, *, examples: int, kinds: list[GenerationMode]
) -> list[str]:
    """What a caller was answered that the description does not allow, each once."""
    who, scopes = CALLERS[role]
    caller = Program.acting_for(scene.world.user(who), *scopes)
    checks = [check for check in CHECKS.get_all() if check.__name__ in CHECKED]
    assert len(checks) == len(CHECKED)
    found: dict[str, None] = {}
    for operation in operations:
        own = _object_behind(scene, operation.path)
        for kind in kinds:
            cases = operation.as_strategy(generation_mode=kind)
            for said in _put(caller, cases, own, examples, checks):
                found[said] = None
    return list(found)


def _put(caller: Program, cases: Any, own: Any, examples: int, checks: list[Any]) -> list[str]:
    """Puts cases of one operation, half of them to the caller's own object where there is one."""
    found: list[str] = []

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, near=st.booleans())
    def put(case: Any, near: bool) -> None:
        if own is not None and near:
            case.path_parameters = {**(case.path_parameters or {}), "id": own}
        answer = _answer(caller, case)
        try:
            case.validate_response(answer, checks=checks)
        except FailureGroup as group:
            found.extend(
                f"{case.method} {case.path} {answer.status_code}: {failure}"[:600]
                for failure in group.exceptions
            )

    put()
    return found


def _object_behind(scene: Scene, path: str) -> Any:
    """The scene's object for ``/api/leave/{id}/…``; None where the path names none."""
    if "{id}" not in path:
        return None
    return OBJECTS[f"api:{path.split('/')[2]}", "pk"](scene)


def _answer(caller: Program, case: Any) -> schemathesis.Response:
    """Sends the case as the caller and undoes what it did; the answer as the library reads it."""
    sent = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    headers = {name: value for name, value in sent.headers.items() if name == "Idempotency-Key"}
    body = sent.body or b""
    with transaction.atomic():
        said = Client(raise_request_exception=False).generic(
            case.method.upper(),
            sent.path_url,
            body,
            content_type=sent.headers.get("Content-Type", "application/json"),
            headers={"Authorization": f"Bearer {caller.plain}", **headers},
        )
        transaction.set_rollback(True)
    headers = {name.lower(): [value] for name, value in said.headers.items()}
    return schemathesis.Response(said.status_code, headers, said.content, sent, elapsed=0.0, verify=False)
