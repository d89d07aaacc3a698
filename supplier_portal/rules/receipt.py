"""What a receipt proves: this bid, unchanged, arrived at this moment.

The commitment is SHA-256 over a secret salt followed by the canonical text of the bid. Whoever
sees the commitment alone learns nothing; whoever is shown salt and text can check it with any
tool that computes SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = "supplier-assurance-receipt/1"
BID_FORMAT = "supplier-assurance-bid/1"
SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything a supplier keeps; ``arrived_at`` in UTC, ISO 8601, to the microsecond."""

    tender: str
    reference: str
    bid: str
    number: int
    arrived_at: str
    questionnaire: str
    content_hash: str
    salt: str
    commitment: str
    # The hash of the submission's entry in the audit chain of this bid.
    audit_entry: str

    def as_json(self) -> dict[str, Any]:
        return {"format": FORMAT} | {name: getattr(self, name) for name in self.__slots__}


def commitment(salt: bytes, canonical_bid: str) -> str:
    """Return SHA-256(salt ‖ bid) in 64 hexadecimal digits."""
    return hashlib.sha256(salt + canonical_bid.encode("utf-8")).hexdigest()


def verify(receipt: Mapping[str, Any], canonical_bid: str) -> bool:
    """Return whether ``canonical_bid`` is the text the receipt was given for."""
    try:
        salt = bytes.fromhex(receipt["salt"])
        promised = str(receipt["commitment"])
        canonical_bid.encode("utf-8")
    except (KeyError, TypeError, ValueError):
        return False
    return hmac.compare_digest(commitment(salt, canonical_bid), promised)


def answers_in(canonical_bid: str) -> dict[str, Any]:
    """Return the answers of a submitted bid, by part."""
    answers: dict[str, Any] = json.loads(canonical_bid)["answers"]
    return answers
