"""Whether an answer to something nobody means is a fault of ours."""

from __future__ import annotations

import traceback
from typing import Any

from foundation.database import db
from tests.careful_client import CARELESS, check_page
from tests.crawling import Visitor


def sent_wrongly(visitor: Visitor, address: str, details: dict[str, Any]) -> str:
    """Send a request; return what is wrong with the answer, or nothing."""
    try:
        with visitor.open(address, **details) as answer:
            if answer.status_code >= 500:
                return f"answered {answer.status_code}"
            if answer.mimetype == "text/html" and answer.status_code >= 400:
                check_page(answer.text, address)
    except Exception as error:
        ours = [frame for frame in traceback.extract_tb(error.__traceback__) if is_ours(frame)]
        where = f"{ours[-1].filename}:{ours[-1].lineno}" if ours else "nowhere of ours"
        return f"{type(error).__name__} at {where}: {str(error)[:300]}"
    finally:
        db.session.remove()
    careless = visitor.app.extensions[CARELESS]
    found, careless[:] = list(careless), []
    return f"changed the database and did not save: {found}" if found else ""


def is_ours(frame: traceback.FrameSummary) -> bool:
    return ".venv" not in frame.filename and "/tests/" not in frame.filename
