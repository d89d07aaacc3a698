"""What is sealed for a tender opens in its place, after its opening, and nowhere else."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from flask import Flask

from foundation.keys import KeyMissing, KeyRing, SealBroken
from tenders import boxes, seals
from tenders.models import Tender

OPENED_AT = datetime(2026, 12, 2, 12, 1, tzinfo=UTC)
WORDS = {1: "first", 2: "second", 3: "third"}


@pytest.fixture(autouse=True)
def ring(tmp_path):
    """The keys of a service, of which nothing else is there."""
    service = Flask("keys alone")
    service.extensions["key_ring"] = KeyRing(tmp_path / "keys")
    with service.app_context():
        yield


def tender(token="t", *, strictly=False, **given):
    key = seals.new_sealing_key(token)
    return Tender(token=token, sealing_key=key, opens_strictly=strictly, **given)


def secrets_of(one, numbers=WORDS):
    return {number: seals.secret_of_part(one, number, WORDS[number]) for number in numbers}


@pytest.fixture
def strict():
    """A tender whose officers have their parts, and what is sealed under each two of them."""
    made = tender(strictly=True)
    publics = {number: seals.public_of_part(made, number, WORDS[number]) for number in WORDS}
    made.opening_public_key, pairs = seals.new_opening_key(made, publics)
    return made, pairs


@pytest.mark.parametrize("strictly", [False, True])
def test_a_key_opens_after_the_opening_in_its_own_place_alone(strictly, strict):
    made, pairs = strict if strictly else (tender(), {})
    sealed = seals.seal_for_opening(made, b"key of a bid", context="bid:1")
    if strictly:
        made.opening_key = seals.bring_together(made, secrets_of(made, (1, 2)), pairs)

    with pytest.raises(seals.StillSealed, match="because the bids are not opened"):
        seals.unseal_after_opening(made, sealed, context="bid:1")
    made.opened_at = OPENED_AT

    assert seals.unseal_after_opening(made, sealed, context="bid:1") == b"key of a bid"
    with pytest.raises(SealBroken):
        seals.unseal_after_opening(made, sealed, context="bid:2")


def test_only_what_is_sealed_for_a_strict_opening_is_out_of_reach_of_the_tenders_own_key(strict):
    made, _ = strict
    ordinary = tender(opened_at=OPENED_AT)

    assert seals.seal_for_opening(made, b"key", context="bid:1").startswith(seals.STRICT)
    assert not seals.seal_for_opening(ordinary, b"key", context="bid:1").startswith(seals.STRICT)


def test_a_tender_that_opens_strictly_never_seals_under_its_own_key_instead():
    with pytest.raises(KeyMissing, match="opens strictly and has no opening key"):
        seals.seal_for_opening(tender(strictly=True), b"key", context="bid:1")


def test_opened_without_two_parts_a_strict_tender_stays_sealed(strict):
    made, _ = strict
    sealed = seals.seal_for_opening(made, b"key", context="bid:1")
    made.opened_at = OPENED_AT

    with pytest.raises(seals.StillSealed, match="because the opening key was not brought"):
        seals.unseal_after_opening(made, sealed, context="bid:1")


def test_after_the_destruction_nothing_opens_and_the_day_is_named():
    made = tender(opened_at=OPENED_AT)
    sealed = seals.seal_for_opening(made, b"key", context="bid:1")
    made.content_destroyed_at = datetime(2033, 1, 5, 9, tzinfo=UTC)

    with pytest.raises(seals.ContentDestroyed, match="destroyed on 5 January 2033"):
        seals.unseal_after_opening(made, sealed, context="bid:1")


def test_a_sealing_key_copied_to_another_tender_opens_nothing():
    made, other = tender(opened_at=OPENED_AT), tender("another", opened_at=OPENED_AT)
    sealed = seals.seal_for_opening(made, b"key", context="bid:1")
    other.sealing_key = made.sealing_key

    with pytest.raises(SealBroken):
        seals.unseal_after_opening(other, sealed, context="bid:1")


def test_the_same_words_are_another_part_under_another_number_or_tender():
    made = tender()
    others = [(made, 1), (made, 2), (tender("another"), 1)]

    assert len({seals.public_of_part(one, number, "words") for one, number in others}) == 3


@pytest.mark.parametrize("two", [(1, 2), (2, 3), (1, 3), (3, 1)])
def test_each_two_parts_in_either_order_make_the_opening_key(strict, two):
    made, pairs = strict
    sealed = seals.seal_for_opening(made, b"key", context="bid:1")
    made.opened_at = OPENED_AT

    made.opening_key = seals.bring_together(made, secrets_of(made, two), pairs)

    assert seals.unseal_after_opening(made, sealed, context="bid:1") == b"key"


def test_parts_that_make_another_key_than_the_published_one_are_refused(strict):
    made, pairs = strict
    made.opening_public_key = base64.b64encode(boxes.public_of(boxes.new_secret())).decode()

    with pytest.raises(SealBroken, match="of tender t is not the published one"):
        seals.bring_together(made, secrets_of(made, (1, 2)), pairs)


def test_a_held_part_comes_back_to_its_own_number_and_tender_alone():
    made, secret = tender(), b"s" * 32
    held = seals.hold_part(made, 2, secret)

    assert seals.held_part(made, held) == (2, secret)
    with pytest.raises(SealBroken):
        seals.held_part(made, f"1{held[1:]}")
    with pytest.raises(SealBroken):
        seals.held_part(tender("another"), held)
