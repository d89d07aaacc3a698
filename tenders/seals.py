"""Sealed until opening: what suppliers hand over is encrypted for the tender alone.

Ordinarily under the tender's own key, which before opening is used in one direction only; nothing
on the buying side asks for the other. A tender that opens strictly has a pair of keys instead: the
service keeps the half that seals, and what opens is put together from two officers' parts at the
opening. Somebody who controls the running server could get at a bid in either case, through the
supplier's own copy: this stops people, not the machine.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from foundation import keys
from foundation.clock import show_moment
from foundation.errors import DomainError
from tenders import boxes
from tenders.models import Tender
from tenders.rules.opening import pair_of, pairs

# How what was sealed for a strict opening begins; base64 has no full stop.
STRICT = "strict."


class StillSealed(DomainError):
    """Somebody asked for what a bid says before the bids were opened."""


class ContentDestroyed(DomainError):
    """Somebody asked for what a bid said after the time for which it was kept."""


def must_not_be_destroyed(tender: Tender) -> None:
    """Raise ContentDestroyed once what the bids of ``tender`` said was destroyed."""
    if tender.content_destroyed_at is not None:
        raise ContentDestroyed(
            "You cannot read the bids of this tender because what they said was destroyed on "
            f"{show_moment(tender.content_destroyed_at)}, when the time for which it was kept was "
            "over. What was decided, fingerprints and the audit record are kept"
        )


def new_sealing_key(token: str) -> str:
    """Return a new key for the tender called ``token``, wrapped."""
    return keys.wrap(keys.new_data_key(), purpose=_purpose(token))


def seal_for_opening(tender: Tender, secret: bytes, *, context: str) -> str:
    """Return ``secret`` (a bid's key) so that it opens at the opening of ``tender``.

    ``context`` names the one place it belongs to, such as "bid:<token>".
    """
    if not tender.opens_strictly:
        return base64.b64encode(keys.seal(secret, key=_key(tender), context=context)).decode()
    if tender.opening_public_key is None:
        raise keys.KeyMissing(f"Tender {tender.token} opens strictly and has no opening key")
    public = base64.b64decode(tender.opening_public_key)
    return STRICT + boxes.seal_to([public], secret, context=_of(tender, context))


def unseal_after_opening(tender: Tender, sealed: str, *, context: str) -> bytes:
    """Return what was sealed for the opening. Raises StillSealed before it, SealBroken."""
    if tender.opened_at is None:
        raise StillSealed("You cannot read this bid because the bids are not opened")
    must_not_be_destroyed(tender)
    if not sealed.startswith(STRICT):
        return keys.open_sealed(base64.b64decode(sealed), key=_key(tender), context=context)
    if tender.opening_key is None:
        raise StillSealed("You cannot read this bid because the opening key was not brought")
    secret = keys.open_sealed(
        base64.b64decode(tender.opening_key), key=_key(tender), context=_opening(tender)
    )
    return boxes.open_with([secret], sealed.removeprefix(STRICT), context=_of(tender, context))


def secret_of_part(tender: Tender, number: int, words: str) -> bytes:
    """Return what the part ``number`` of ``tender`` opens with."""
    return boxes.secret_from(words, purpose=f"part:{tender.token}:{number}")


def public_of_part(tender: Tender, number: int, words: str) -> str:
    return base64.b64encode(boxes.public_of(secret_of_part(tender, number, words))).decode()


def new_opening_key(tender: Tender, publics: Mapping[int, str]) -> tuple[str, dict[int, str]]:
    """Make the pair of keys of a strict opening; return its public half, and the other sealed.

    ``publics``: number of a part → what is sealed to it. The half that opens is nowhere afterwards
    but under each two parts together: the first of the pair → sealed.
    """
    secret = boxes.new_secret()
    raw = {number: base64.b64decode(public) for number, public in publics.items()}
    sealed = {
        one: boxes.seal_to([raw[one], raw[other]], secret, context=_pair(tender, one, other))
        for one, other in pairs(sorted(publics))
    }
    return base64.b64encode(boxes.public_of(secret)).decode(), sealed


def bring_together(tender: Tender, secrets: Mapping[int, bytes], sealed: Mapping[int, str]) -> str:
    """Return the opening key, put together from two parts and sealed under the tender's own key.

    ``secrets``: number of a part → its secret. Raises keys.SealBroken if they do not fit.
    """
    one, other = pair_of(*secrets)
    opening = boxes.open_with(
        [secrets[one], secrets[other]], sealed[one], context=_pair(tender, one, other)
    )
    if base64.b64encode(boxes.public_of(opening)).decode() != tender.opening_public_key:
        raise keys.SealBroken(f"The opening key of tender {tender.token} is not the published one")
    kept = keys.seal(opening, key=_key(tender), context=_opening(tender))
    return base64.b64encode(kept).decode()


def hold_part(tender: Tender, number: int, secret: bytes) -> str:
    """Return the first officer's part, wrapped until the second comes."""
    return f"{number}:{keys.wrap(secret, purpose=_held(tender, number))}"


def held_part(tender: Tender, held: str) -> tuple[int, bytes]:
    """Return number and secret of a part that was held. Raises keys.SealBroken."""
    number, _, wrapped = held.partition(":")
    return int(number), keys.unwrap(wrapped, purpose=_held(tender, int(number)))


def _key(tender: Tender) -> bytes:
    return keys.unwrap(tender.sealing_key, purpose=_purpose(tender.token))


def _purpose(token: str) -> str:
    return f"tender:{token}"


def _of(tender: Tender, context: str) -> str:
    return f"opening:{tender.token}:{context}"


def _opening(tender: Tender) -> str:
    return f"opening-key:{tender.token}"


def _pair(tender: Tender, one: int, other: int) -> str:
    return f"opening-pair:{tender.token}:{one}:{other}"


def _held(tender: Tender, number: int) -> str:
    return f"opening-part:{tender.token}:{number}"
