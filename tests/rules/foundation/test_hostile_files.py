"""Whatever a file does by itself, hides, bursts into or lies about, it is refused by name; ordinary
files are taken."""

from __future__ import annotations

import io
import random
import tracemalloc
from contextlib import suppress

import pytest

from foundation.uploads import UploadRefused, check_upload
from tests import hostile_files
from tests.work_counted import calls_counted

pytestmark = pytest.mark.slow

HOSTILE = (
    [(f"{case}.pdf", make) for case, make in hostile_files.HOSTILE_PDFS.items()]
    + [(f"{case}.docx", make) for case, make in hostile_files.HOSTILE_DOCUMENTS.items()]
    + [(f"{case}.xlsx", make) for case, make in hostile_files.HOSTILE_WORKBOOKS.items()]
    + list(hostile_files.HOSTILE_OTHERS.items())
)
# A sentence says what to do by one of these words.
TELLING = (
    "Choose",
    "Make",
    "Open",
    "Print",
    "Save",
    "Send",
    "send",
    "Take",
    "Remove",
    "Replace",
    "Check",
    "Break",
)


# The most costly of them takes two thirds of these calls, and none takes longer for its size.
MOST_CALLS = 250_000


class Reading(io.BytesIO):
    """A file that may be read in small pieces only, as a large one must be."""

    def read(self, size=-1, /):
        assert 0 <= size <= 1024 * 1024, "read a file whole"
        return super().read(size)


@pytest.mark.parametrize(("name", "make"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_a_hostile_file_is_refused_by_name_with_what_to_do_and_soon(name, make):
    data = make()

    with calls_counted() as work, pytest.raises(UploadRefused) as refusal:
        check_upload(name, Reading(data), field="file")

    assert work.calls <= MOST_CALLS
    shown, _, reason = str(refusal.value).partition(": ")
    assert shown == (name.strip() or "file without a name")
    assert any(word in reason for word in TELLING)


@pytest.mark.parametrize(
    ("name", "make"), hostile_files.ORDINARY.items(), ids=hostile_files.ORDINARY
)
def test_an_ordinary_file_is_taken(name, make):
    kind = check_upload(name, Reading(make()))

    assert kind.value == name.rpartition(".")[2]


def test_what_bursts_costs_little_memory():
    """Each of these would unpack to more than 100 megabytes if it were let."""
    bombs = [
        ("a.docx", hostile_files.changed(hostile_files.document(), {"a.bmp": bytes(110 << 20)})),
        ("a.pdf", hostile_files.HOSTILE_PDFS["packed bomb"]()),
    ]
    tracemalloc.start()

    for name, data in bombs:
        with pytest.raises(UploadRefused):
            check_upload(name, data)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_file_is_taken_or_refused_and_nothing_else(seed):
    """Bytes changed, lost and repeated at random places, as a hostile sender would try them."""
    chance = random.Random(seed)
    small = [name for name in hostile_files.ORDINARY if name != "large.json"]
    for _ in range(40):
        name = chance.choice(small)
        data = bytearray(hostile_files.ORDINARY[name]())
        for _ in range(chance.choice([1, 2, 5, 20])):
            at, end = chance.randrange(len(data)), chance.randrange(1, 50)
            data[at : at + 4] = chance.choice(
                [b"", b"\xff" * 4, bytes(4), chance.randbytes(4), data[at : at + end] * 2]
            )
        with suppress(UploadRefused):
            check_upload(name, bytes(data))
