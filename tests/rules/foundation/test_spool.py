import os
import random

import pytest

from foundation.chunks import CHUNK_BYTES
from foundation.spool import Spool


@pytest.mark.parametrize("size", [0, 10, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5])
def test_what_is_written_in_pieces_is_read_back_from_anywhere(tmp_path, size):
    content = os.urandom(size)
    spool = Spool(tmp_path / "spool")
    pieces = random.Random(size)
    at = 0
    while at < size:
        at += spool.write(content[at : at + pieces.randint(1, CHUNK_BYTES)])

    assert spool.size == size
    for start in (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, size):
        spool.seek(start)
        assert spool.read() == content[start:]
    spool.close()


def test_a_spool_has_no_name_in_its_folder_and_nothing_readable_on_the_disk(tmp_path):
    spool = Spool(tmp_path / "spool")

    spool.write(b"canary " * 20_000)

    assert list((tmp_path / "spool").iterdir()) == []
    raw = os.pread(spool._file.fileno(), 1_000_000, 0)
    assert (len(raw) > CHUNK_BYTES, raw.count(b"canary")) == (True, 0)
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    spool.close()


def test_a_small_upload_never_reaches_the_disk(tmp_path):
    spool = Spool(tmp_path / "spool")

    spool.write(b"canary")

    assert not (tmp_path / "spool").exists()
