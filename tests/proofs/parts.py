"""The parts of the proofs: what each shows, and the pieces it is cut into.

A part is thin: it runs everyday tests with more of what they look at (``tests.proving.size``).
"""

from __future__ import annotations

from tests.proofs.harness import Part, Piece, of_tests


def tamperings() -> list[Piece]:
    return [
        of_tests(
            f"{number:02}",
            "tests/pages/foundation/test_tampering.py::"
            "test_five_hundred_tamperings_are_found_and_none_where_there_is_none",
            sizes={"tamperings": 500},
            seed=number,
        )
        for number in range(10)
    ]


def databases() -> list[Piece]:
    both = ("--databases", "both", "-n", "auto", "--dist", "loadfile")
    folders = ("rules", "content", "pages", "documents", "journeys", "architecture")
    return [of_tests(name, f"tests/{name}", flags=both) for name in folders]


PARTS = (
    Part(
        "tampering",
        "5,000 changes of the record drawn at random, made with the file of the database and the "
        "triggers taken away: all found, and no false alarm",
        tamperings,
        minutes=10,
    ),
    Part(
        "databases",
        "every test that needs a database passes on SQLite and on PostgreSQL",
        databases,
        minutes=50,
        alone=True,
    ),
)
