"""How often Python looks for rubbish."""

from __future__ import annotations

import gc


def what_is_loaded_stays() -> None:
    """No search for rubbish among the modules; among what requests and jobs make, seldom. A tenth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
