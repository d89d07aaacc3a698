"""When Python looks for rubbish: not while the service is loaded, and seldom afterwards.

What is loaded stays until the end. Looking after every 700 objects, as Python does by itself, went
through all of it again and again, a fifth of the start, and found nothing. Later a request or a bid
is gone with its last name: only what holds itself waits to be found.
"""

from __future__ import annotations

import gc

OBJECTS = 20_000

gc.disable()


def all_is_loaded() -> None:
    """Leave alone what is loaded now, and look for rubbish among what comes."""
    gc.freeze()
    gc.set_threshold(OBJECTS)
    gc.enable()
