"""Two thousand requests as nobody means them, by people on both sides: none is a fault of ours."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from foundation.database import db
from tests.careful_client import CARELESS, check_page
from tests.crawling import Visitor, forms_in_demonstration, person_called
from tests.fuzzing import Fuzzer

# Who sends, and how many of every twenty requests.
SHARES = {
    "officer@marlwick.example": 10,
    "lead@larkmead.example": 6,
    "administrator@marlwick.example": 2,
    None: 2,
}
REQUESTS = 2_000


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


@pytest.mark.parametrize(
    ("seed", "requests"),
    [
        pytest.param(9, REQUESTS, id="everyday"),
        pytest.param(10, 20_000, marks=pytest.mark.slow, id="more"),
    ],
)
def test_no_request_is_a_fault_of_ours(demonstration_built, seed, requests):
    app, fuzzer = demonstration_built, Fuzzer(seed)
    sending = []
    for email, share in SHARES.items():
        visitor = Visitor(app, person_called(email) if email else None)
        forms = list(forms_in_demonstration(visitor).values())
        sending += [(visitor, forms)] * share
    wrong: dict[str, str] = {}

    for number in range(requests):
        visitor, forms = sending[number % len(sending)]
        if number % 200 == 0:
            visitor.sign_in()
        address, details = fuzzer.request(fuzzer.chance.choice(forms))
        if complaint := sent_wrongly(visitor, address, details):
            wrong.setdefault(complaint, f"{address} {details!r}"[:600])

    assert wrong == {}
