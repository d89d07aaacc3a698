"""Whether a file was looked at for malicious software, and what people are told of it."""

from __future__ import annotations

from enum import StrEnum


class ScanState(StrEnum):
    WAITING = "waiting"
    CLEAN = "clean"
    REFUSED = "refused"
    # The scanner could not look inside: a password, too large, too deep.
    CANNOT_BE_SCANNED = "cannot-be-scanned"
    # This installation has no scanner, so nobody looked.
    SCANNER_ABSENT = "scanner-absent"
