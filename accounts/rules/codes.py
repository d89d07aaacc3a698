"""What one-time codes and recovery codes look like, however somebody types them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# A code counts for the half minute in which it is shown, and for no other.
SECONDS = 30
DIGITS = 6

# Recovery codes: without letters and digits that look alike on paper; 49 bits each.
HOW_MANY = 10
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 10

ONE_TIME = re.compile(rf"[0-9]{{{DIGITS}}}")
RECOVERY = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def as_meant(typed: str) -> str:
    """Return a code without the spaces and hyphens people type, in capitals."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()


def is_one_time_code(code: str) -> bool:
    return ONE_TIME.fullmatch(code) is not None


def is_recovery_code(code: str) -> bool:
    return RECOVERY.fullmatch(code) is not None


def new_recovery_code(choice: Callable[[Sequence[str]], str]) -> str:
    """Return a recovery code; ``choice`` picks one of several by chance."""
    return "".join(choice(ALPHABET) for _ in range(LENGTH))


def as_shown(recovery_code: str) -> str:
    """Return a recovery code with a hyphen in its middle, easier to read and to copy."""
    return f"{recovery_code[: LENGTH // 2]}-{recovery_code[LENGTH // 2 :]}"
