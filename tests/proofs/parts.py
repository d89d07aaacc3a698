"""The parts of the proofs: what each shows, and the pieces it is cut into.

A part is thin: it runs everyday tests with more of what they look at (``tests.proving.size``).
"""

from __future__ import annotations

import sys

from records.demonstration.people import PEOPLE
from tests.permission_world import STAGES
from tests.proofs import databases, hostile, interrupted, mutation, sabotage
from tests.proofs.harness import Part, Piece, of_tests

PAGES = "tests/pages"
BIDS = f"{PAGES}/supplier_portal"
# In the order of tests/pages/supplier_portal/test_deadline.py.
ZONES = ("London", "New York", "Lord Howe", "Auckland")
MATRIX = "tests/architecture/test_permission_matrix.py"


def tamperings() -> list[Piece]:
    test = "test_five_hundred_tamperings_are_found_and_none_where_there_is_none"
    return [
        of_tests(
            f"{number:02}",
            f"{PAGES}/foundation/test_tampering.py::{test}",
            sizes={"tamperings": 500},
            seed=number,
        )
        for number in range(10)
    ]


def faults() -> list[Piece]:
    # Last, that all tests pass without any.
    names = [*(fault.name for fault in sabotage.faults()), sabotage.NOT_FAULTS]
    command = [sys.executable, "-m", "tests.proofs.sabotage"]
    return [Piece(name, [*command, name]) for name in names]


def mutants() -> list[Piece]:
    command = [sys.executable, "-m", "tests.proofs.mutation"]
    return [Piece(module, [*command, module]) for module in mutation.data()["modules"]]


def requests() -> list[Piece]:
    return [
        of_tests(
            f"{number:02}",
            f"{PAGES}/records/test_forms_lose_nothing.py",
            sizes={"requests": 2_500},
            seed=number,
            flags=("-k", "fault_of_ours and everyday"),
        )
        for number in range(20)
    ]


def permissions() -> list[Piece]:
    everywhere = "everybody_is_refused_everywhere"
    stages = [
        of_tests(f"everybody, {stage}", MATRIX, flags=("-k", f"{everywhere} and {stage}"))
        for stage in STAGES
    ]
    return [
        *stages,
        of_tests("records beneath others", MATRIX, flags=("-k", f"not {everywhere}")),
        of_tests("every page by role", "tests/architecture/test_access.py"),
    ]


def seals() -> list[Piece]:
    canaries = of_tests(
        "10,000 canaries", f"{PAGES}/records/test_canaries.py", sizes={"canaries": 10_000}
    )
    count = of_tests(
        "count", f"{PAGES}/records/test_two_worlds.py", flags=("-k", "shows_the_count")
    )
    at_work = of_tests(
        "companies at work",
        f"{PAGES}/records/test_two_worlds.py",
        flags=("-k", "companies_are_at_work"),
    )
    return [canaries, count, at_work, *hostile.histories(), *hostile.orders()]


def harm() -> list[Piece]:
    # A stranger, and everybody of the demonstration.
    scripts = hostile.scripts(1 + len(PEOPLE))
    return [*hostile.files_and_texts(), *hostile.json(), *scripts]


def at_once() -> list[Piece]:
    twenty = [
        of_tests(
            f"twenty press, {number:02}",
            f"{BIDS}/test_submitting_once.py",
            sizes={"rounds": 25},
            flags=("-k", "twenty_people_pressing_at_once"),
        )
        for number in range(20)
    ]
    writing = [
        of_tests(
            f"fifty write, {number:02}",
            f"{BIDS}/test_written_at_once.py",
            sizes={"writers": 50, "rounds": 20},
        )
        for number in range(10)
    ]
    sixteen = of_tests(
        "sixteen clients", f"{BIDS}/test_written_at_once.py", sizes={"writers": 16, "rounds": 160}
    )
    return [sixteen, *hostile.guesses(), *writing, *twenty]


def losses() -> list[Piece]:
    lost = "test_no_acknowledged_save_upload_or_submission_is_lost_and_none_half_done"
    kills = [
        of_tests(
            f"kills, {number:02}",
            f"{BIDS}/test_kills.py::{lost}",
            sizes={"kills": 20, "companies": 8, "acknowledged_each": 130, "durable": 1},
            seed=number,
            flags=("-m", "not slow"),
        )
        for number in range(10)
    ]
    cuts = [
        of_tests(
            f"cuts from byte {number}",
            f"{BIDS}/test_cut_off.py",
            sizes={"step": 64, "offset": number, "durable": 1},
        )
        for number in range(0, 64, 16)
    ]
    # Who writes meanwhile makes each larger than the last.
    backups = [
        of_tests(
            f"five backups, {number}",
            f"{PAGES}/records/test_backups.py",
            sizes={"backups": 5},
            flags=("-k", "under_write", "-m", "slow"),
        )
        for number in range(5)
    ]
    return [
        *interrupted.interruptions(),
        of_tests("synced before it is acknowledged", f"{BIDS}/test_synced_first.py"),
        *cuts,
        *backups,
        *kills,
        *interrupted.documents()[1:],
    ]


def closing_times() -> list[Piece]:
    table = [
        of_tests(f"table, {zone}", f"{BIDS}/test_deadline.py", sizes={"zone": number})
        for number, zone in enumerate(ZONES)
    ]
    durable = {"durable": 1}
    straddling = [
        of_tests(
            f"straddling, {number:02}",
            f"{BIDS}/test_straddling.py",
            sizes={**durable, "clients": 100},
            seed=number,
        )
        for number in range(5)
    ]
    aside = of_tests(
        "clock set aside", f"{BIDS}/test_clock_stepped.py", sizes={**durable, "clock_steps": 4}
    )
    return [aside, of_tests("busy server", f"{BIDS}/test_busy_at_closing.py"), *straddling, *table]


PARTS = (
    Part(
        "sabotage",
        "faults of one line, each put into a copy of the code: the tests named for it turn red by "
        "an assertion, and pass without it",
        faults,
        minutes=20,
    ),
    Part(
        "mutation",
        f"of the small faults that rules make in these modules, tests notice {mutation.NEEDED} in "
        "100 in each; what is no fault is listed one by one in `tests/proofs/mutation.json`",
        mutants,
        minutes=20,
    ),
    Part(
        "tampering",
        "5,000 changes of the record drawn at random, made with the file of the database and the "
        "triggers taken away: all found, and no false alarm",
        tamperings,
        minutes=5,
    ),
    Part(
        "permissions",
        "everybody asks for every page at every stage: let in and refused as the table says",
        permissions,
        minutes=30,
    ),
    Part(
        "sealing",
        "10,000 words of sealed bids, searched for in everything the service leaves behind: none "
        "is found; every page, export, letter and figure is the same with and without bids, in 20 "
        "histories while the tender is open, five of them closed and cancelled too, and while "
        "companies are at work; in 500 orders of events nobody reads a word early",
        seals,
        minutes=30,
    ),
    Part(
        "fuzz",
        "50,000 requests that spoil every form the demonstration shows: none is a fault",
        requests,
        minutes=50,
    ),
    Part(
        "hostile",
        "900 hostile files are taken or refused in a sentence, and nothing comes of them; "
        "1,000 hostile texts are the same on the page, in Word, in Excel and in print; scripts "
        "typed into every form run in nobody’s browser; what speaks JSON answers as described",
        harm,
        minutes=25,
    ),
    Part(
        "concurrency",
        "twenty press at once, 500 times; fifty write one answer, 200 times; sixteen clients’ "
        "5,000 operations fit one order of events; 10,000 passwords are guessed while the victim "
        "works, far from closing and near it; each on SQLite and PostgreSQL",
        at_once,
        minutes=25,
        alone=True,
    ),
    Part(
        "deadline",
        "accepted is what arrived before the closing time, to the microsecond: at seven moments "
        "around it for all a supplier may do, on both nights the clocks change, in four zones; of "
        "500 clients around a true one; where a lock or all threads hold it up; where the "
        "machine’s clock is set an hour or a year aside; decision, receipt, record and letter "
        "agree; each on SQLite and PostgreSQL",
        closing_times,
        minutes=25,
        alone=True,
    ),
    Part(
        "durability",
        "on SQLite and on PostgreSQL the server is killed 200 times, its master too and at points "
        "that have a name, while 10,000 things are acknowledged, and its disk filled 30 times, "
        "that of PostgreSQL 18 times: "
        "nothing is lost or half done; what is acknowledged was synced before; a form cut off at "
        "every 16th byte, or its database at hundreds of places, and sent again makes one version; "
        "what makes documents is killed 100 times: each is made once; a bucket fails at every "
        "call; 25 backups restore",
        losses,
        minutes=50,
    ),
    Part(
        "databases",
        "every test that needs a database passes on SQLite and on PostgreSQL",
        databases.on_both,
        minutes=60,
        alone=True,
    ),
)
