"""``make test``: the suite on SQLite, then on PostgreSQL what needs it, and at the end what could not run and why.

``ZHUBANG_TEST_DATABASES`` chooses: ``sqlite`` or ``postgres``, each then with the whole suite, or ``sqlite,postgres``:
the whole suite on the first, and on the second all but what is marked ``once``. Further arguments go to pytest. With
``CI=true`` a skipped test fails the run: there everything can be installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import machine

NOTHING_COLLECTED = 5


@dataclass
class Outcome:
    database: str
    code: int
    seconds: float
    counts: dict[str, int]
    skipped: dict[str, int] = field(default_factory=dict)


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    proofs = "--proofs" in arguments
    arguments = [argument for argument in arguments if argument != "--proofs"]
    kind = "slow" if proofs else "not slow"
    chosen = os.environ.get("ZHUBANG_TEST_DATABASES", "")
    no_postgres = machine.postgres_missing()
    not_run: list[str] = []

    outcomes = []
    if chosen:
        for database in chosen.split(","):
            if database not in ("sqlite", "postgres"):
                sys.exit(
                    f"ZHUBANG_TEST_DATABASES is {chosen!r}; it takes sqlite, postgres or sqlite,postgres."
                )
            if database == "postgres" and no_postgres:
                sys.exit(f"{no_postgres}. ZHUBANG_TEST_POSTGRES_URL names another one.")
            marks = kind if database == "postgres" else f"{kind} and not postgres"
            if outcomes:
                marks += " and (not once or postgres)"
            outcomes.append(_pytest(database, marks, arguments))
        if "postgres" not in chosen:
            not_run.append("what needs PostgreSQL: this run was told to use SQLite only")
    else:
        outcomes.append(_pytest("sqlite", f"{kind} and not postgres", arguments))
        if no_postgres:
            not_run.append(f"what needs PostgreSQL: {no_postgres}")
        else:
            outcomes.append(_pytest("postgres", f"{kind} and postgres", arguments))
            not_run.append("the rest on PostgreSQL: ZHUBANG_TEST_DATABASES=sqlite,postgres make test")
    if not proofs:
        not_run.append("the long proofs: make proofs")
    for outcome in outcomes:
        not_run += [f"{count} on {outcome.database}: {why}" for why, count in outcome.skipped.items()]

    failed = [outcome for outcome in outcomes if outcome.code not in (0, NOTHING_COLLECTED)]
    nothing = not any(outcome.counts.get("passed") for outcome in outcomes)
    skipped_in_ci = bool(os.environ.get("CI")) and any(outcome.skipped for outcome in outcomes)
    _report(outcomes, not_run)
    if skipped_in_ci:
        print("CI installs what tests need, so a skipped test fails the run.")
    return 1 if failed or nothing or skipped_in_ci else 0


def _pytest(database: str, marks: str, arguments: list[str]) -> Outcome:
    print(f"\n== {database}: {marks} ==", flush=True)
    workers = os.environ.get("ZHUBANG_TEST_WORKERS") or str(_processors() + 1)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        summary = Path(folder, "summary.json")
        command = [sys.executable, "-m", "pytest", "-q", "-m", marks, "-n", workers, "--dist", "worksteal"]
        code = subprocess.run(
            [*command, *arguments],
            env={
                **_environment(),
                "ZHUBANG_TEST_DATABASES": database,
                "ZHUBANG_TEST_SUMMARY": str(summary),
            },
            check=False,
        ).returncode
        counts = json.loads(summary.read_text(encoding="utf-8")) if summary.exists() else {}
    return Outcome(database, code, time.monotonic() - started, counts, counts.pop("skipped", {}))


def _processors() -> int:
    """Those this process may use. One worker more than that: a browser, a broker and a started server are waited for."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _environment() -> dict[str, str]:
    """This one, with a place for bytecode where none may lie beside the sources, as in many images.

    A run starts dozens of Pythons, and each would compile everything anew: five seconds, every time.
    """
    environment = dict(os.environ)
    if environment.pop("PYTHONDONTWRITEBYTECODE", ""):
        environment.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".venv" / "bytecode"))
    return environment


def _report(outcomes: list[Outcome], not_run: list[str]) -> None:
    print("\n== Ran ==")
    for outcome in outcomes:
        counts = ", ".join(f"{count} {name}" for name, count in outcome.counts.items() if count) or "nothing"
        print(f"  {outcome.database}: {counts} in {outcome.seconds:.0f} s")
    print("== Did not run ==")
    for line in not_run or ["nothing: everything ran"]:
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
