"""The process that looks into one file: bytes in on stdin, one JSON object out on stdout."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from typing import Any

from core.inspection.archive import Bad, inspect

MEGABYTE = 1024 * 1024
#: Seconds of processor time and bytes of address space: to look, and to read cells as well.
LOOK = (2, 160 * MEGABYTE)
READ = (8, 320 * MEGABYTE)
MAX_INPUT = 10 * MEGABYTE
#: What a workbook to be read may inflate to; one to be kept may hold pictures.
MAX_READ = 24 * MEGABYTE


def main() -> None:
    """``main.py look xlsx``, ``main.py read xlsx`` or ``main.py picture jpg``; whatever happens, the answer is a reason or the cells."""
    task, ending = sys.argv[1:3]
    seconds, memory = LOOK if task == "look" else READ
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    # Whoever asked takes an answer that is cut off for "heavy", too.
    sys.stdout.write(json.dumps(answer(task, ending, sys.stdin.buffer.read(MAX_INPUT + 1))))


def answer(task: str, ending: str, data: bytes) -> dict[str, Any]:
    """What is said of a file: why it is ``refused``, its ``sheets``, its ``picture`` made anew, or nothing against it."""
    try:
        if len(data) > MAX_INPUT:
            raise Bad("bomb")
        if task == "picture":
            # Imported here: whoever looks at a workbook has no use for it.
            from core.inspection.pictures import renew

            return {"picture": renew(data)}
        if task == "read":
            inspect(data, ending, MAX_READ)
            # Imported here, after the file has been found harmless: a mere look must stay cheap.
            from core.inspection.sheets import read

            return {"sheets": read(data)}
        inspect(data, ending)
        return {}
    except Bad as bad:
        return {"refused": bad.code}
    except (MemoryError, RecursionError):
        return {"refused": "heavy"}
    except Exception:
        # The file is a stranger's: whatever a library trips over there is the file's fault.
        return {"refused": "broken"}


def _limit(what: int, most: int) -> None:
    # macOS knows some of these limits and does not let them be set.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))
