"""What a receipt proves: this bid, unchanged, arrived at this moment.

The commitment is SHA-256 over a secret salt followed by the canonical text of the bid. Whoever
sees the commitment alone learns nothing; whoever is shown salt and text can check it with any
tool that computes SHA-256. The content hash leaves out what is said only when handing in, so that
a supplier can see it before submitting and find it again on the receipt.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foundation.canonical import canonical_json, sha256_hex

FORMAT = "supplier-assurance-receipt/1"
BID_FORMAT = "supplier-assurance-bid/1"
PUBLISHED_FORMAT = "supplier-assurance-commitments/1"
SALT_BYTES = 32
# Part of the text handed in, and no part of its content: the version, who declares it, and the
# word on the contract terms that is given with the declaration.
SAID_WHEN_HANDING_IN = frozenset({"number", "declared_by", "terms"})


@dataclass(frozen=True, slots=True)
class HandedInFile:
    """A file handed in with a bid, by the SHA-256 of its bytes."""

    token: str
    name: str
    sha256: str
    size: int


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
    files: tuple[HandedInFile, ...] = ()

    def as_json(self) -> dict[str, Any]:
        files = [{name: getattr(file, name) for name in file.__slots__} for file in self.files]
        said = {name: getattr(self, name) for name in self.__slots__}
        return {"format": FORMAT} | said | {"files": files}


def commitment(salt: bytes, canonical_bid: str) -> str:
    """Return SHA-256(salt ‖ bid) in 64 hexadecimal digits."""
    return hashlib.sha256(salt + canonical_bid.encode("utf-8")).hexdigest()


def content_of(bid: Mapping[str, Any]) -> dict[str, Any]:
    """Return a bid without what is said only when handing it in."""
    return {name: value for name, value in bid.items() if name not in SAID_WHEN_HANDING_IN}


def content_hash(canonical_bid: str) -> str:
    """Return the SHA-256 of what the bid says, without what is said when handing it in."""
    return sha256_hex(canonical_json(content_of(json.loads(canonical_bid))))


def verify(receipt: Mapping[str, Any], canonical_bid: str) -> bool:
    """Return whether ``canonical_bid`` is the text the receipt was given for."""
    try:
        salt = bytes.fromhex(receipt["salt"])
        promised = str(receipt["commitment"])
        canonical_bid.encode("utf-8")
    except (KeyError, TypeError, ValueError):
        return False
    return hmac.compare_digest(commitment(salt, canonical_bid), promised)


def files_in(canonical_bid: str) -> tuple[HandedInFile, ...]:
    """Return the files of a submitted bid, in its order."""
    return tuple(
        HandedInFile(entry["token"], entry["name"], entry["sha256"], entry["size"])
        for entry in json.loads(canonical_bid)["evidence"]
    )
