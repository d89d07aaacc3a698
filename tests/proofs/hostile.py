"""Pieces about whoever means harm: histories of a seed, guesses, files, texts, scripts, JSON."""

from __future__ import annotations

from tests.proofs.harness import BROWSER, Piece, of_tests

PAGES = "tests/pages"
BIDS = f"{PAGES}/supplier_portal"
# So many people's pages in a piece.
AT_ONCE = 4
EVERYTHING = {"looked_at": 5_000, "forms": 1_000, "pages": 1_000, "answers": 40}


def histories() -> list[Piece]:
    """Twenty histories looked at while the tender is open, five of them closed and cancelled."""
    same = "everything_others_see"
    return [
        of_tests(
            f"history {number:02}, {stage}",
            f"{PAGES}/records/test_two_worlds.py",
            seed=number,
            flags=("-k", f"{same} and {stage}"),
        )
        for number in range(20)
        for stage in ("open", "closed", "cancelled")
        if stage == "open" or number % 4 == 0
    ]


def orders() -> list[Piece]:
    return [
        of_tests(
            f"orders, {number:02}",
            f"{PAGES}/records/test_nothing_read_early.py",
            sizes={"orders": 25, "steps": 50},
            seed=number,
        )
        for number in range(20)
    ]


def guesses() -> list[Piece]:
    test = f"{PAGES}/accounts/test_guessing_while_at_work.py"
    sizes = {"guesses": 10_000, "networks": 200, "durable": 1}
    return [
        of_tests(
            f"10,000 guesses {when}, {database}",
            test,
            sizes=sizes,
            flags=("-k", f"{when} and {database}"),
        )
        for when in ("far", "near")
        for database in ("sqlite", "postgresql")
    ]


def files_and_texts() -> list[Piece]:
    files = [
        of_tests(
            f"files, {number:02}",
            f"{BIDS}/test_hostile_files.py",
            sizes={"hostile_files": 300},
            seed=number,
        )
        for number in range(3)
    ]
    texts = [
        of_tests(
            f"texts from {first}",
            f"{BIDS}/test_hostile_texts.py",
            sizes={"hostile_texts": 125, "first_text": first},
            flags=("-k", "printed"),
        )
        for first in range(0, 1_000, 125)
    ]
    return [*files, *texts]


def scripts(people: int) -> list[Piece]:
    """Everybody types, and some look: typing takes the longer, so several look at once."""
    return [
        of_tests(
            f"scripts, person {number:02} and on",
            "tests/browser/test_injected.py",
            sizes={"person": number, "people": AT_ONCE, **EVERYTHING},
            seed=number,
            flags=BROWSER,
        )
        for number in range(0, people, AT_ONCE)
    ]


def json() -> list[Piece]:
    return [
        of_tests(
            f"JSON, {number:02}",
            f"{PAGES}/records/test_json.py",
            sizes={"examples": 100},
            seed=number,
        )
        for number in range(3)
    ]
