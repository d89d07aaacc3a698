"""The keys of bids, and what is sealed with them. Before opening only the supplier's copy opens."""

from __future__ import annotations

import base64
import json
from typing import Any

from foundation import keys
from foundation.canonical import canonical_json
from supplier_portal.models import Bid, Evidence, Submission
from tenders import seals as tender_seals

# The length of a ciphertext tells the length of the text, and that could tell which option was
# chosen. Everything shorter than this looks alike; longer texts are rounded up to it.
PADDED_TO = 256


def new_bid_key(token: str) -> str:
    """Return a new key for the bid called ``token``, wrapped for its supplier."""
    return keys.wrap(keys.new_data_key(), purpose=_purpose(token))


def supplier_key(bid: Bid) -> bytes:
    """Return the bid's key from the supplier's copy: only pages of that supplier ask for it."""
    return keys.unwrap(bid.key_for_supplier, purpose=_purpose(bid.token))


def handed_over(bid: Bid) -> str:
    """Return the bid's key sealed for the opening of its tender."""
    return tender_seals.seal_for_opening(bid.tender, supplier_key(bid), context=f"bid:{bid.token}")


def opened_key(bid: Bid) -> bytes:
    """Return the bid's key from the tender's copy. Raises StillSealed before the opening."""
    if bid.key_for_tender is None:
        raise tender_seals.StillSealed("You cannot read this bid because it was not submitted")
    return tender_seals.unseal_after_opening(
        bid.tender, bid.key_for_tender, context=f"bid:{bid.token}"
    )


def seal_answer(bid: Bid, key: bytes, part_id: str, version: int, value: Any) -> bytes:
    return _sealed(value, key, f"answer:{bid.token}:{part_id}:{version}")


def open_answer(bid: Bid, key: bytes, part_id: str, version: int, sealed: bytes) -> Any:
    return _opened(sealed, key, f"answer:{bid.token}:{part_id}:{version}")


def seal_submission(bid: Bid, key: bytes, number: int, text: str) -> bytes:
    return keys.seal(text.encode(), key=key, context=f"submission:{bid.token}:{number}")


def open_submission(bid: Bid, key: bytes, submission: Submission) -> str:
    context = f"submission:{bid.token}:{submission.number}"
    return keys.open_sealed(submission.sealed, key=key, context=context).decode()


def seal_salt(bid: Bid, key: bytes, number: int, salt: bytes) -> bytes:
    return keys.seal(salt, key=key, context=f"salt:{bid.token}:{number}")


def open_salt(bid: Bid, key: bytes, submission: Submission) -> bytes:
    context = f"salt:{bid.token}:{submission.number}"
    return keys.open_sealed(submission.sealed_salt, key=key, context=context)


def seal_brought(bid: Bid, key: bytes, how: Any) -> bytes:
    """Seal how a bid came in from another portal."""
    return _sealed(how, key, f"brought:{bid.token}")


def open_brought(bid: Bid, key: bytes, sealed: bytes) -> Any:
    return _opened(sealed, key, f"brought:{bid.token}")


def seal_remark(token: str, key: bytes, text: str) -> bytes:
    """Seal a comment or a reason that stays within the company, under its own ``token``."""
    return _sealed(text, key, f"remark:{token}")


def open_remark(token: str, key: bytes, sealed: bytes) -> str:
    return str(_opened(sealed, key, f"remark:{token}"))


def seal_about(token: str, key: bytes, about: dict[str, str]) -> bytes:
    return _sealed(about, key, f"about:{token}")


def open_about(evidence: Evidence, key: bytes) -> dict[str, str]:
    about: dict[str, str] = _opened(evidence.sealed_about, key, f"about:{evidence.token}")
    return about


def wrap_file_key(token: str, key: bytes, file_key: bytes) -> str:
    sealed = keys.seal(file_key, key=key, context=f"file-key:{token}")
    return base64.b64encode(sealed).decode()


def unwrap_file_key(evidence: Evidence, key: bytes) -> bytes:
    sealed = base64.b64decode(evidence.wrapped_key)
    return keys.open_sealed(sealed, key=key, context=f"file-key:{evidence.token}")


def file_context(token: str) -> str:
    return f"evidence:{token}"


def _sealed(value: Any, key: bytes, context: str) -> bytes:
    # JSON takes spaces after the value, so the padding needs no word on where it begins.
    text = canonical_json(value).encode()
    padded = text + b" " * (-len(text) % PADDED_TO)
    return keys.seal(padded, key=key, context=context)


def _opened(sealed: bytes, key: bytes, context: str) -> Any:
    return json.loads(keys.open_sealed(sealed, key=key, context=context))


def _purpose(token: str) -> str:
    return f"supplier:{token}"
