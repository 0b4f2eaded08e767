#!/usr/bin/env python
"""Django's command line for Zhubang. Called with a Python that lacks Django it goes on in the project's own .venv."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

OWN = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def main() -> None:
    if find_spec("django") is None:
        if not OWN.exists() or Path(sys.prefix) == OWN.parent.parent:
            sys.exit("还没有准备好：先运行 make setup。")
        os.execv(OWN, [str(OWN), *sys.argv])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
