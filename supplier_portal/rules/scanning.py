"""Whether a file was looked at for malicious software, and what people are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from foundation.errors import DomainError

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=10)


class ScanState(StrEnum):
    WAITING = "waiting"
    CLEAN = "clean"
    REFUSED = "refused"
    # The scanner could not look inside: a password, too large, too deep.
    CANNOT_BE_SCANNED = "cannot-be-scanned"
    # This installation has no scanner, so nobody looked.
    SCANNER_ABSENT = "scanner-absent"


class FileRefused(DomainError):
    """The scanner found something malicious in a file."""


@dataclass(frozen=True)
class Scan:
    """What is known of a file. ``detail``: what the scanner called it, or why it could not look.
    ``silent_since``: while waiting, since when the scanner does not answer; None if it does."""

    state: ScanState
    detail: str = ""
    silent_since: datetime | None = None

    @property
    def is_clean(self) -> bool:
        return self.state is ScanState.CLEAN

    @property
    def is_refused(self) -> bool:
        return self.state is ScanState.REFUSED


# A file that nobody ever asked about.
NEVER_SCANNED = Scan(ScanState.SCANNER_ABSENT)


def must_not_be_refused(scan: Scan, name: str) -> None:
    """Raises FileRefused: such a file is handed to nobody, its own company included."""
    if scan.is_refused:
        raise FileRefused(
            f"You cannot download {name} because the scanner found malicious software in it "
            f"({scan.detail})"
        )


def wait_before_asking_again(tries: int) -> timedelta:
    """Return how long to wait after the scanner was silent ``tries`` times: doubling each time,
    10 minutes at most."""
    return min(FIRST_WAIT * (1 << min(tries, 10)), LONGEST_WAIT)
