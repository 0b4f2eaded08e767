"""How often Python looks for rubbish."""

from __future__ import annotations

import gc


def what_is_loaded_stays() -> None:
    """No search for rubbish among the modules; among what requests and jobs make, seldom. A tenth of their time.

    Seldom, and not for ever: what was alive during a search is looked at again only by the next wider one. A large page
    makes more objects than the first threshold has, so what it held would wait for the widest.
    """
    gc.collect()
    gc.freeze()
    # Once more: the widest search waits until a quarter as much has been added as the last one found.
    gc.collect()
    gc.set_threshold(25_000, 4, 4)
