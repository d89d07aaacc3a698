"""The keys of bids, and what is sealed with them. Before opening only the supplier's copy opens."""

from __future__ import annotations

import base64
import json
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from accounts.models import Organisation
from foundation import keys
from foundation.canonical import canonical_json
from foundation.database import db
from supplier_portal.models import (
    Bid,
    BidTerms,
    CompanyKey,
    DocumentRevision,
    Evidence,
    LateSubmission,
    Submission,
)
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
    tender_seals.must_not_be_destroyed(bid.tender)
    if bid.key_for_tender is None:
        raise tender_seals.StillSealed("You cannot read this bid because it was not submitted")
    return tender_seals.unseal_after_opening(
        bid.tender, bid.key_for_tender, context=f"bid:{bid.token}"
    )


# Asked wherever a company reads what it keeps across its bids, so put together once.
_COMPANY_KEY = (
    select(Organisation.token, CompanyKey.wrapped)
    .outerjoin(CompanyKey, CompanyKey.supplier_id == Organisation.id)
    .where(Organisation.id == bindparam("supplier"))
)


def company_key(supplier_id: int) -> bytes | None:
    """Return the key of what a company keeps across its bids; None while it keeps nothing."""
    token, wrapped = db.session.execute(_COMPANY_KEY, {"supplier": supplier_id}).one()
    return keys.unwrap(wrapped, purpose=_company(token)) if wrapped else None


def company_key_to_write(supplier_id: int) -> bytes:
    """Return the company's key, made now if there is none; call it inside transaction().

    Two first uses at once end with one key: the second finds that of the first.
    """
    known = company_key(supplier_id)
    if known is not None:
        return known
    token = db.session.scalars(
        select(Organisation.token).where(Organisation.id == supplier_id)
    ).one()
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    wrapped = keys.wrap(keys.new_data_key(), purpose=_company(token))
    db.session.execute(
        dialect.insert(CompanyKey)
        .values(supplier_id=supplier_id, wrapped=wrapped)
        .on_conflict_do_nothing(index_elements=["supplier_id"])
    )
    stands = company_key(supplier_id)
    if stands is None:
        raise keys.SealBroken("The key of a company was made and is not there")
    return stands


def seal_company(place: str, key: bytes, value: Any) -> bytes:
    """Seal what a company keeps across its bids; ``place`` names the one record it belongs to."""
    return _sealed(value, key, f"company:{place}")


def open_company(place: str, key: bytes, sealed: bytes) -> Any:
    return _opened(sealed, key, f"company:{place}")


def seal_mark(token: str, key: bytes, mark: dict[str, str]) -> bytes:
    return _sealed(mark, key, f"confidential:{token}")


def open_mark(token: str, key: bytes, sealed: bytes) -> dict[str, str]:
    mark: dict[str, str] = _opened(sealed, key, f"confidential:{token}")
    return mark


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


def seal_late(bid: Bid, key: bytes, number: int, text: str) -> bytes:
    return keys.seal(text.encode(), key=key, context=f"late:{bid.token}:{number}")


def open_late(bid: Bid, key: bytes, late: LateSubmission) -> str:
    context = f"late:{bid.token}:{late.number}"
    return keys.open_sealed(late.sealed, key=key, context=context).decode()


def seal_late_salt(bid: Bid, key: bytes, number: int, salt: bytes) -> bytes:
    return keys.seal(salt, key=key, context=f"late-salt:{bid.token}:{number}")


def open_late_salt(bid: Bid, key: bytes, late: LateSubmission) -> bytes:
    context = f"late-salt:{bid.token}:{late.number}"
    return keys.open_sealed(late.sealed_salt, key=key, context=context)


def seal_why_late(bid: Bid, key: bytes, number: int, why: str) -> bytes:
    return _sealed(why, key, f"why-late:{bid.token}:{number}")


def open_why_late(bid: Bid, key: bytes, late: LateSubmission) -> str:
    return str(_opened(late.sealed_why, key, f"why-late:{bid.token}:{late.number}"))


def late_key(bid: Bid, late: LateSubmission) -> bytes:
    """Return the bid's key from the copy that came with a late bid. Raises StillSealed before the
    opening. Until the bid is admitted it opens why it is late, and nothing else asks for it."""
    return tender_seals.unseal_after_opening(
        bid.tender, late.key_for_tender, context=f"bid:{bid.token}"
    )


def seal_platform(bid: Bid, key: bytes, version: int, listed: Any) -> bytes:
    """Seal what a bid records of the Central Digital Platform."""
    return _sealed(listed, key, f"platform:{bid.token}:{version}")


def open_platform(bid: Bid, key: bytes, version: int, sealed: bytes) -> Any:
    return _opened(sealed, key, f"platform:{bid.token}:{version}")


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


def seal_typed(bid: Bid | None, key: bytes, page: str, person_id: int, fields: Any) -> bytes:
    """Seal what one person typed on one page and has not saved; without a bid, of the company."""
    return _sealed(fields, key, _typed(bid, page, person_id))


def open_typed(bid: Bid | None, key: bytes, page: str, person_id: int, sealed: bytes) -> Any:
    return _opened(sealed, key, _typed(bid, page, person_id))


def seal_declaration(bid: Bid, name: str) -> str:
    """Seal the name under the declaration that is kept for the closing time."""
    sealed = _sealed(name, supplier_key(bid), f"declaration:{bid.token}")
    return base64.b64encode(sealed).decode()


def open_declaration(bid: Bid) -> str:
    """Return the name under the declaration; empty where none is kept."""
    if bid.declared_for_closing is None:
        return ""
    sealed = base64.b64decode(bid.declared_for_closing)
    return str(_opened(sealed, supplier_key(bid), f"declaration:{bid.token}"))


def seal_about(token: str, key: bytes, about: dict[str, str]) -> bytes:
    return _sealed(about, key, f"about:{token}")


def open_about(evidence: Evidence, key: bytes) -> dict[str, str]:
    about: dict[str, str] = _opened(evidence.sealed_about, key, f"about:{evidence.token}")
    return about


def seal_terms(bid: Bid, key: bytes, version: int, terms: dict[str, Any]) -> bytes:
    return _sealed(terms, key, f"terms:{bid.token}:{version}")


def open_terms(bid: Bid, key: bytes, kept: BidTerms) -> dict[str, Any]:
    terms: dict[str, Any] = _opened(kept.sealed, key, f"terms:{bid.token}:{kept.version}")
    return terms


def seal_prices(bid: Bid, key: bytes, number: int, prices: Any) -> bytes:
    """Seal a version of the prices with the salt of its hash."""
    return _sealed(prices, key, f"prices:{bid.token}:{number}")


def open_prices(bid: Bid, key: bytes, number: int, sealed: bytes) -> Any:
    return _opened(sealed, key, f"prices:{bid.token}:{number}")


def wrap_file_key(token: str, key: bytes, file_key: bytes) -> str:
    sealed = keys.seal(file_key, key=key, context=f"file-key:{token}")
    return base64.b64encode(sealed).decode()


def unwrap_file_key(row: Evidence | DocumentRevision, key: bytes) -> bytes:
    """Return the key of a file: of a bid under the bid's ``key``, of a library the company's."""
    return unwrapped_file_key(row.token, row.wrapped_key, key)


def unwrapped_file_key(token: str, wrapped: str, key: bytes) -> bytes:
    """Return the same for a file of a later station, by the token of its record."""
    return keys.open_sealed(base64.b64decode(wrapped), key=key, context=f"file-key:{token}")


def file_context(token: str) -> str:
    """Return what the bytes of a file are bound to: the record it was first added as.

    One stored file may serve many bids and the library; ``token`` is then not their own.
    """
    return f"evidence:{token}"


def _sealed(value: Any, key: bytes, context: str) -> bytes:
    # JSON takes spaces after the value, so the padding needs no word on where it begins.
    text = canonical_json(value).encode()
    padded = text + b" " * (-len(text) % PADDED_TO)
    return keys.seal(padded, key=key, context=context)


def _opened(sealed: bytes, key: bytes, context: str) -> Any:
    return json.loads(keys.open_sealed(sealed, key=key, context=context))


def _typed(bid: Bid | None, page: str, person_id: int) -> str:
    return f"typed:{bid.token if bid else 'company'}:{person_id}:{page}"


def _company(token: str) -> str:
    return f"company:{token}"


def _purpose(token: str) -> str:
    return f"supplier:{token}"
