"""Every test on SQLite and on PostgreSQL, in pieces of which none takes half an hour."""

from __future__ import annotations

from tests.proofs.harness import Piece, of_tests

EVERYDAY = (
    *("rules", "content", "documents", "journeys", "architecture"),
    *("pages/accounts", "pages/foundation", "pages/question_bank", "pages/tenders"),
    *("pages/supplier_portal", "pages/scoring", "pages/contract_clauses", "pages/records"),
)
# Folders that have slow tests.
SLOW = (
    *("rules", "content", "documents", "journeys", "architecture"),
    *("pages/foundation", "pages/question_bank", "pages/supplier_portal"),
    *("pages/scoring", "pages/contract_clauses", "pages/records"),
)
# What other parts run at full size, on both databases where it needs one.
OF_OTHER_PARTS = (
    *("architecture/test_access.py", "architecture/test_permission_matrix.py"),
    *("pages/foundation/test_bucket.py", "pages/records/test_backups.py"),
    *("pages/records/test_canaries.py", "pages/records/test_document_worker_killed.py"),
    *("pages/records/test_files_in_a_bucket.py", "pages/records/test_two_worlds.py"),
    "pages/supplier_portal/test_busy_at_closing.py",
    "pages/supplier_portal/test_clock_stepped.py",
    "pages/supplier_portal/test_cut_off.py",
    "pages/supplier_portal/test_database_cut.py",
    "pages/supplier_portal/test_disk_full.py",
    "pages/supplier_portal/test_hostile_texts.py",
    "pages/supplier_portal/test_kills.py",
    "pages/supplier_portal/test_straddling.py",
    "pages/supplier_portal/test_submitting_once.py",
    "pages/supplier_portal/test_synced_first.py",
)


def on_both() -> list[Piece]:
    """Return the everyday tests folder by folder, then the slow ones no other part runs."""
    others = tuple(f"--ignore=tests/{file}" for file in OF_OTHER_PARTS)
    return [
        *(_piece(name, name, "not slow") for name in EVERYDAY),
        *(_piece(f"slow, {name}", name, "slow", others) for name in SLOW),
    ]


def _piece(name: str, folder: str, marked: str, left_out: tuple[str, ...] = ()) -> Piece:
    both = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "--databases", "both")
    return of_tests(name, f"tests/{folder}", flags=(*both, "-m", marked, *left_out))
