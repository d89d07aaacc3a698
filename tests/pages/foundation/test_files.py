import io
import os
from hashlib import sha256
from pathlib import Path

import pytest

from foundation import files
from foundation.chunks import CHUNK_BYTES, TAG_BYTES
from foundation.keys import SealBroken, new_data_key, seal

KEY = new_data_key()
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]
SEALED = CHUNK_BYTES + TAG_BYTES


def path_of(tmp_path, name):
    return tmp_path / "files" / name[:2] / name[2:]


@pytest.fixture
def stored_chunks(app, tmp_path):
    """Three full chunks in the store, the path of the file and its content."""
    content = os.urandom(3 * CHUNK_BYTES)
    stored = files.store(content, key=KEY, context="file:1")
    return stored, path_of(tmp_path, stored.name), content


def test_a_stored_file_is_read_back_and_lies_there_unreadable(app, tmp_path):
    stored = files.store(b"our recovery plan", key=KEY, context="file:1")

    path = path_of(tmp_path, stored.name)
    assert b"recovery" not in path.read_bytes()
    assert stored.size == 17
    assert files.read(stored.name, key=KEY, context="file:1") == b"our recovery plan"
    assert [item.name for item in path.parent.iterdir()] == [stored.name[2:]]
    assert [item.name for item in (tmp_path / "files").iterdir()] == [stored.name[:2]]


def test_a_file_is_on_the_disk_before_it_has_its_name(app, tmp_path, monkeypatch):
    """What was synced is noted beside the real syncing, with what had its name at that moment."""
    synced, sync = [], os.fsync

    def noted(descriptor):
        place = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        named = [path for path in (tmp_path / "files").rglob("*") if len(path.name) == 62]
        synced.append(("folder" if place.is_dir() else "file", bool(named)))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    files.store(b"our recovery plan", key=KEY, context="file:1")

    assert synced == [("file", False), ("folder", True), ("folder", True)]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_comes_back_and_is_named_by_what_lies_on_the_disk(app, tmp_path, size):
    content = os.urandom(size)

    stored = files.store(io.BytesIO(content), key=KEY, context="file:1")

    assert files.read(stored.name, key=KEY, context="file:1") == content
    assert stored == files.StoredFile(
        name=sha256(path_of(tmp_path, stored.name).read_bytes()).hexdigest(),
        size=size,
        sha256=sha256(content).hexdigest(),
    )


def test_a_source_that_gives_a_little_at_a_time_is_stored_whole(app):
    class Trickle(io.BytesIO):
        def read(self, size=-1, /):
            return super().read(min(size, 1000))

    content = os.urandom(CHUNK_BYTES + 5)

    stored = files.store(Trickle(content), key=KEY, context="file:1")

    assert files.read(stored.name, key=KEY, context="file:1") == content


@pytest.mark.parametrize("start", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 7])
@pytest.mark.parametrize("length", [1, CHUNK_BYTES, 2 * CHUNK_BYTES])
def test_any_part_of_a_stored_file_can_be_read(stored_chunks, start, length):
    stored, _path, content = stored_chunks

    with files.open_stored(stored.name, key=KEY, context="file:1") as file:
        file.seek(start)
        assert file.read(length) == content[start : start + length]
        assert file.tell() == min(start + length, len(content))
        file.seek(-3, os.SEEK_END)
        assert (file.read(), file.read()) == (content[-3:], b"")


def test_a_file_opens_only_in_its_place(app):
    stored = files.store(b"plan", key=KEY, context="file:1")

    with pytest.raises(SealBroken):
        files.open_stored(stored.name, key=KEY, context="file:2")
    with pytest.raises(SealBroken):
        files.open_stored(stored.name, key=new_data_key(), context="file:1")


HEADER = files.HEADER_BYTES
DAMAGE = {
    "its last byte changed": lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
    "its first chunk changed": lambda raw: raw[:50] + bytes([raw[50] ^ 1]) + raw[51:],
    "cut inside a chunk": lambda raw: raw[:-9],
    "cut between two chunks": lambda raw: raw[:-SEALED],
    "a chunk repeated at the end": lambda raw: raw + raw[-SEALED:],
    "something appended": lambda raw: raw + b"more",
    "cut to its header": lambda raw: raw[:HEADER],
    "cut to nothing": lambda raw: b"",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_changed_file_is_noticed_before_anything_is_read(stored_chunks, damage):
    stored, path, _content = stored_chunks
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(files.FileMissing, match="was changed"):
        files.open_stored(stored.name, key=KEY, context="file:1")


def test_a_chunk_changed_or_moved_within_a_file_is_never_read(stored_chunks, app):
    stored, path, content = stored_chunks
    raw = path.read_bytes()
    middle = HEADER + SEALED
    path.write_bytes(raw[:middle] + raw[HEADER:middle] + raw[middle + SEALED :])

    with files.open_stored(stored.name, key=KEY, context="file:1") as file:
        assert file.read(CHUNK_BYTES) == content[:CHUNK_BYTES]
        with pytest.raises(files.FileMissing, match="was changed"):
            file.read(1)


def test_a_file_stored_in_one_piece_by_the_first_version_is_still_read(app, tmp_path):
    sealed = seal(b"our recovery plan", key=KEY, context="file:1")
    name = sha256(sealed).hexdigest()
    path = path_of(tmp_path, name)
    path.parent.mkdir(parents=True)
    path.write_bytes(sealed)

    with files.open_stored(name, key=KEY, context="file:1") as file:
        file.seek(4)
        assert (file.size, file.read(8), file.read()) == (17, b"recovery", b" plan")
    path.write_bytes(sealed[:-1] + b"x")
    with pytest.raises(files.FileMissing, match="was changed"):
        files.read(name, key=KEY, context="file:1")


def test_a_store_that_fails_leaves_nothing_behind(app, tmp_path):
    class Broken(io.BytesIO):
        def read(self, size=-1, /):
            raise OSError("the sender went away")

    with pytest.raises(OSError, match="went away"):
        files.store(Broken(b"x"), key=KEY, context="file:1")

    assert list((tmp_path / "files").iterdir()) == []


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_a_name_of_nothing_is_refused(app, name):
    with pytest.raises(files.FileMissing):
        files.read(name, key=KEY, context="file:1")
