"""How large a test is: as it says itself every day, larger as a piece of a proof (`make prove`).

A piece runs ordinary tests. What it changes of them stands in the environment: sizes by name, the
seed, and a file in which the tests tell what they counted.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

# {"sizes": {name: number}, "seed": number, "tell": path}
PIECE = "PROOF_PIECE"


def size(name: str, everyday: int) -> int:
    """Return how many ``name`` a test looks at."""
    return int(_piece().get("sizes", {}).get(name, everyday))


def seed(everyday: int) -> int:
    """Return from where a test draws: another place for each piece, the same each time."""
    number = int(_piece().get("seed", 0))
    return everyday + 1_000_003 * number


def tell(**counted: int) -> None:
    """Say what was counted. Figures of one name are added up over the pieces of a part."""
    if path := _piece().get("tell"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(counted) + "\n")


def _piece() -> dict[str, Any]:
    text = os.environ.get(PIECE)
    return json.loads(text) if text else {}
