"""Pieces about what else is interrupted than the server: database, disk, what makes documents."""

from __future__ import annotations

from tests.proofs.harness import Piece, of_tests

PAGES = "tests/pages"
BIDS = f"{PAGES}/supplier_portal"


def interruptions() -> list[Piece]:
    """The database cut off or without room, a bucket that fails, the first of the documents."""
    durable = {"durable": 1}
    cuts = [
        of_tests(
            f"database cut off from byte {number}",
            f"{BIDS}/test_database_cut.py",
            sizes={**durable, "cuts": 400, "offset": number},
        )
        for number in (0, 32)
    ]
    full = of_tests(
        "disk full",
        f"{BIDS}/test_disk_full.py",
        sizes={**durable, "fillings": 6, "rounds": 5},
        flags=("-k", "not beneath_postgresql"),
    )
    beneath = of_tests(
        "disk of PostgreSQL full",
        f"{BIDS}/test_disk_full.py",
        sizes={**durable, "postgresql_megabytes": 400, "fillings": 6, "rounds": 3},
        flags=("-k", "beneath_postgresql"),
    )
    bucket = of_tests(
        "bucket", f"{PAGES}/foundation/test_bucket.py", f"{PAGES}/records/test_files_in_a_bucket.py"
    )
    return [full, beneath, *cuts, bucket, documents()[0]]


def documents() -> list[Piece]:
    return [
        of_tests(
            f"documents, {number:02}",
            f"{PAGES}/records/test_document_worker_killed.py",
            sizes={"document_kills": 10},
            seed=number,
        )
        for number in range(10)
    ]
