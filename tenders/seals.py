"""Sealed until opening: what suppliers hand over is encrypted under the tender's own key.

Before opening the key is used in one direction only; nothing on the buying side asks for the
other. Somebody who controls the running server could: this stops people, not the machine.
"""

from __future__ import annotations

import base64

from foundation import keys
from foundation.errors import DomainError
from tenders.models import Tender


class StillSealed(DomainError):
    """Somebody asked for what a bid says before the bids were opened."""


def new_sealing_key(token: str) -> str:
    """Return a new key for the tender called ``token``, wrapped."""
    return keys.wrap(keys.new_data_key(), purpose=_purpose(token))


def seal_for_opening(tender: Tender, secret: bytes, *, context: str) -> str:
    """Return ``secret`` (a bid's key) so that it opens at the opening of ``tender``.

    ``context`` names the one place it belongs to, such as "bid:<token>".
    """
    return base64.b64encode(keys.seal(secret, key=_key(tender), context=context)).decode()


def unseal_after_opening(tender: Tender, sealed: str, *, context: str) -> bytes:
    """Return what was sealed for the opening. Raises StillSealed before it, SealBroken."""
    if tender.opened_at is None:
        raise StillSealed("You cannot read this bid because the bids are not opened")
    return keys.open_sealed(base64.b64decode(sealed), key=_key(tender), context=context)


def _key(tender: Tender) -> bytes:
    return keys.unwrap(tender.sealing_key, purpose=_purpose(tender.token))


def _purpose(token: str) -> str:
    return f"tender:{token}"
