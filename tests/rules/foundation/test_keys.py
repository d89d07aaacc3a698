import stat

import pytest

from foundation.keys import (
    KeyMissing,
    KeyRing,
    SealBroken,
    key_id_of,
    new_data_key,
    open_sealed,
    seal,
)


@pytest.fixture
def ring(tmp_path):
    return KeyRing(tmp_path / "keys")


def test_what_is_sealed_opens_with_the_same_key_in_the_same_place():
    key = new_data_key()

    sealed = seal(b"our price", key=key, context="answer:1")

    assert b"our price" not in sealed
    assert open_sealed(sealed, key=key, context="answer:1") == b"our price"


@pytest.mark.parametrize("place", ["answer:2", ""])
def test_sealed_bytes_open_nowhere_else(place):
    key = new_data_key()

    with pytest.raises(SealBroken):
        open_sealed(seal(b"a", key=key, context="answer:1"), key=key, context=place)


def test_a_single_changed_byte_is_noticed():
    key = new_data_key()
    sealed = bytearray(seal(b"our price", key=key, context="answer:1"))

    for position in range(len(sealed)):
        changed = bytes(sealed[:position]) + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises(SealBroken):
            open_sealed(changed, key=key, context="answer:1")


def test_a_key_wrapped_for_a_supplier_does_not_unwrap_for_the_tender(ring):
    key = new_data_key()
    wrapped = ring.wrap(key, purpose="supplier:abc")

    assert ring.unwrap(wrapped, purpose="supplier:abc") == key
    with pytest.raises(SealBroken):
        ring.unwrap(wrapped, purpose="tender:abc")


def test_keys_are_for_their_owner_alone(ring):
    ring.wrap(new_data_key(), purpose="tender:abc")

    modes = {stat.S_IMODE(path.stat().st_mode) for path in ring.folder.iterdir()}

    assert modes == {0o600}
    assert stat.S_IMODE(ring.folder.stat().st_mode) == 0o700


def test_a_second_start_uses_the_same_key(ring):
    wrapped = ring.wrap(b"k" * 32, purpose="tender:abc")

    assert KeyRing(ring.folder).unwrap(wrapped, purpose="tender:abc") == b"k" * 32


@pytest.mark.parametrize(
    "wrapped", ["0123456789abcdef:AAAA", "../secret:AAAA", ":AAAA"], ids=["lost", "path", "empty"]
)
def test_a_lost_key_is_named(ring, wrapped):
    ring.wrap(new_data_key(), purpose="x")

    with pytest.raises(KeyMissing, match="Restore the keys folder"):
        ring.unwrap(wrapped, purpose="x")


def test_a_damaged_wrapped_key_is_not_a_crash(ring):
    key_id = ring.wrap(new_data_key(), purpose="x").partition(":")[0]

    for damaged in ("", "!!", "AAAA"):
        with pytest.raises(SealBroken):
            ring.unwrap(f"{key_id}:{damaged}", purpose="x")


def test_what_was_wrapped_before_a_new_key_opens_and_moves_under_it(ring):
    wrapped = ring.wrap(b"k" * 32, purpose="tender:abc")
    old, new = ring.current, ring.add()

    moved = ring.rewrap(wrapped, purpose="tender:abc")

    assert (ring.ids, ring.current) == (sorted([old, new]), new)
    assert ring.unwrap(wrapped, purpose="tender:abc") == b"k" * 32
    assert (key_id_of(wrapped), key_id_of(moved)) == (old, new)
    ring.remove(old)
    assert KeyRing(ring.folder).unwrap(moved, purpose="tender:abc") == b"k" * 32
    with pytest.raises(KeyMissing):
        KeyRing(ring.folder).unwrap(wrapped, purpose="tender:abc")


def test_rewrapping_does_not_change_the_purpose(ring):
    wrapped = ring.wrap(b"k" * 32, purpose="tender:abc")
    ring.add()

    with pytest.raises(SealBroken):
        ring.rewrap(wrapped, purpose="tender:abd")


def test_keys_written_off_are_remembered(ring):
    ring.write_off(["b", "a"])
    ring.write_off(["c"])

    assert KeyRing(ring.folder).lost == {"a", "b", "c"}
