import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.keys import (
    KeyMissing,
    KeyRing,
    SealBroken,
    key_id_of,
    new_data_key,
    open_sealed,
    replace_private_file,
    seal,
    sync_folder,
    write_private_file,
)


@pytest.fixture
def ring(tmp_path):
    return KeyRing(tmp_path / "of" / "keys")


@pytest.fixture
def synced(monkeypatch):
    """What was synced, by its name and how many bytes it held then, noted beside the syncing."""
    seen, sync = [], os.fsync

    def noted(descriptor):
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        seen.append((path.name, path.stat().st_size if path.is_file() else None))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    return seen


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

    whole = ring.wrap(new_data_key(), purpose="x").partition(":")[2]
    for damaged in ("", "!!", "AAAA", f"{whole[:8]}!{whole[8:]}"):
        with pytest.raises(SealBroken):
            ring.unwrap(f"{key_id}:{damaged}", purpose="x")


def test_what_was_wrapped_before_a_new_key_opens_and_moves_under_it(ring):
    wrapped = ring.wrap(b"k" * 32, purpose="tender:abc")
    old, new = ring.current, ring.add()

    moved = ring.rewrap(wrapped, purpose="tender:abc")

    assert (ring.ids, ring.current) == (sorted([old, new]), new)
    assert ring.unwrap(wrapped, purpose="tender:abc") == b"k" * 32
    assert (key_id_of(wrapped), key_id_of(moved)) == (old, new)
    assert ring.rewrap(moved, purpose="tender:abc") == moved
    ring.remove(old)
    # Nor is it remembered by whoever has read it.
    with pytest.raises(KeyMissing):
        ring.unwrap(wrapped, purpose="tender:abc")
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


def test_what_was_sealed_by_an_earlier_version_opens():
    """Twelve random bytes, then AES-256-GCM: put together here a second time."""
    key, nonce = new_data_key(), bytes(range(12))
    sealed = nonce + AESGCM(key).encrypt(nonce, b"our price", b"answer:1")

    assert open_sealed(sealed, key=key, context="answer:1") == b"our price"


def test_a_key_is_named_by_sixteen_digits_whether_it_is_the_first_or_added(ring):
    first = key_id_of(ring.wrap(new_data_key(), purpose="x"))
    added = KeyRing(ring.folder.parent / "others").add()

    assert [len(bytes.fromhex(one)) for one in (first, added)] == [8, 8]
    assert ring.changed_at() == (ring.folder / "current").stat().st_mtime


def test_a_folder_that_others_could_read_is_theirs_no_longer(ring):
    ring.folder.mkdir(parents=True, mode=0o755)

    ring.wrap(new_data_key(), purpose="x")

    assert stat.S_IMODE(ring.folder.stat().st_mode) == 0o700


def test_a_key_is_on_the_disk_with_its_name_before_anything_is_under_it(ring, synced):
    key_id = key_id_of(ring.wrap(new_data_key(), purpose="x"))
    written = [(name.split(".")[1:2], size) for name, size in synced if size is not None]
    folders = [name for name, size in synced if size is None]
    synced.clear()
    added = ring.add()
    ring.remove(key_id)

    assert written == [([key_id], 32), (["current"], 17)]
    assert folders == ["keys", "keys"]
    assert [size for _, size in synced] == [32, None, 17, None, None]
    # No draft of a key is left.
    assert sorted(path.name for path in ring.folder.iterdir()) == sorted(
        [f"{added}.key", "current"]
    )


def test_a_private_file_is_not_written_over_by_whoever_comes_second(tmp_path):
    path = tmp_path / "secret"
    write_private_file(path, b"first")

    write_private_file(path, b"second")

    assert path.read_bytes() == b"first"
    replace_private_file(path, b"third")
    assert path.read_bytes() == b"third"
    assert [one.name for one in tmp_path.iterdir()] == ["secret"]


def test_syncing_a_folder_leaves_nothing_open(tmp_path):
    before = len(os.listdir("/proc/self/fd"))

    for _ in range(5):
        sync_folder(tmp_path)

    assert len(os.listdir("/proc/self/fd")) == before
