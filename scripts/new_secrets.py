"""Print new secrets, as lines for a production .env."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config.keys import make

for name, value in make().items():
    print(f"{name}={value}")
