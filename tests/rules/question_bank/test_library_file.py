"""Files from elsewhere are read without trusting a byte of them, and refused with a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.canonical import canonical_json
from question_bank import library_file
from question_bank.rules.sharing import (
    Entry,
    EntryKind,
    Library,
    LibraryRefused,
    Origin,
    plain_library,
    read_library,
)
from tests.work_counted import calls_counted

TOKEN = "A" * 22
ORIGIN = Origin("Hollowmere Council", TOKEN, "2026.11")
# What reading may cost, in calls, for each character and for the smallest file.
CALLS_EACH, CALLS_AT_LEAST = 20, 1_000
REFUSED = "This file cannot be brought in: "


def a_library(**content):
    raw = {"id": "HOL-01", "version": 1, "title": "Noise", **content}
    entry = Entry(EntryKind.QUESTION, "HOL-01", 1, raw, ORIGIN)
    return Library("Hollowmere Council", TOKEN, "2026.11", "2026-11-22", (entry,))


def reason(data):
    """Return why a file is refused, and that little work was done for it."""
    with calls_counted() as work, pytest.raises(LibraryRefused) as refused:
        read_library(library_file.read_text(data))
    assert work.calls <= CALLS_AT_LEAST + CALLS_EACH * len(data)
    return str(refused.value).removeprefix(REFUSED)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "it is empty"),
        (b"   \n", "it is empty"),
        (b"\xff\xfe{\x00}\x00", "it is not text in UTF-8"),
        ("{\u00e9}".encode("latin-1"), "it is not text in UTF-8"),
        (b'{"a": "x\x00y"}', "it holds characters that no text has, such as NUL"),
        (b'{"a": "x\\u0000y"}', "it holds characters that no text has, such as NUL"),
        (b'{"a": "\\ud800"}', "it holds characters that no text has, such as NUL"),
        (b'a: "x\\0y"', "it holds characters that no text has, such as NUL"),
        (b'{"a": 1,', "line 1 is not JSON (Expecting property name enclosed in double quotes)"),
        (b'{"a": 1, "a": 2}', "‘a’ is given twice"),
        (b"a: 1\na: 2\n", "line 2: ‘a’ is given twice"),
        (b"a: [1\n", "line 2 is neither JSON nor YAML"),
        (b'{"a": ' + b"9" * 5000 + b"}", "it holds a number too large to mean anything"),
        (b"a: " + b"9" * 5000, "it holds a number too large to mean anything"),
        (b'{"a": 1e999}', "it holds the number 1e999; exact numbers are written as text"),
        (b'{"a": NaN}', "it holds the number NaN; exact numbers are written as text"),
        (b"a: !!python/object:os.system x", "line 1 has a tag (!), which is not allowed"),
        (
            b"a: !!python/object/apply:os.system ['touch /tmp/harm']",
            "line 1 has a tag (!), which is not allowed",
        ),
        (b"!custom {a: 1}", "line 1 has a tag (!), which is not allowed"),
        (BOMB.encode(), "line 1 points at another place (& or *), which is not allowed"),
        (b"a: &a\n  b: *a\n", "line 1 points at another place (& or *), which is not allowed"),
        (b"a: 1\n---\nb: 2\n", "it holds several documents"),
        (b"? [a, b]\n: 1\n", "line 1 has a list or mapping where a key belongs"),
        (
            b'{"a":' * 5000 + b"1" + b"}" * 5000,
            "its lists stand in each other more than 24 deep",
        ),
        (
            b"[" * 100_000,
            "it holds too many values, or lists more than 24 deep in each other",
        ),
        (
            b"a: [" + b"1," * 250_000 + b"1]",
            "it holds too many values, or lists more than 24 deep in each other",
        ),
        (b"{" + b" " * 2 * 1024 * 1024, "it is larger than the 2 MB that a library may have"),
        (
            b"just words",
            "the file: write lines of ‘key: value’ here, not ‘just words’",
        ),
        (b"[1, 2]", "the file: write lines of ‘key: value’ here, not a list"),
        (b"{}", "the file: ‘format’ must be supplier-assurance-library/1"),
    ],
    ids=range(30),
)
def test_a_malformed_or_hostile_file_is_refused_with_a_sentence(data, says):
    assert reason(data) == says


def changed(path, value):
    plain = json.loads(canonical_json(plain_library(a_library())))
    place = plain
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return canonical_json(plain).encode()


ENTRY = ("entries", 0)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (
            ("entrys",),
            [],
            "the file: ‘entrys’ is not a known key; did you mean ‘entries’?",
        ),
        (("entries",), [], "the file: a library has from 1 to 100 entries"),
        (
            ("entries",),
            {},
            "the file, entries: write a list here, not lines of ‘key: value’",
        ),
        (("authority", "token"), "<b>", "the file, authority: ‘<b>’ is no token"),
        (("edition",), "../2026", "the file: ‘../2026’ is no edition"),
        (
            (*ENTRY, "id"),
            "<script>alert(1)</script>",
            "‘<script>alert(1)</script>’ is no id of a question",
        ),
        (
            (*ENTRY, "kind"),
            "clause",
            "‘HOL-01’: ‘clause’ is not a kind of entry; write one of question, pack",
        ),
        ((*ENTRY, "version"), 10**12, "HOL-01: the version is a whole number from 1 to 9999"),
        (
            (*ENTRY, "version"),
            2,
            "HOL-01: id and version must be the same inside ‘content’",
        ),
        (
            (*ENTRY, "versoin"),
            1,
            "‘HOL-01’: ‘versoin’ is not a known key; did you mean ‘version’?",
        ),
        (
            (*ENTRY, "content", "title"),
            "Other",
            "HOL-01: it was changed after it was taken out, because its SHA-256 does not match",
        ),
        (
            (*ENTRY, "provenance"),
            None,
            "HOL-01, provenance: write lines of ‘key: value’ here, not nothing",
        ),
    ],
)
def test_a_file_of_another_shape_is_refused_with_its_place(path, value, says):
    assert reason(changed(path, value)) == says


def test_an_entry_twice_is_refused():
    plain = plain_library(a_library())
    plain["entries"] *= 2

    assert reason(canonical_json(plain).encode()) == "HOL-01: this question is in the file twice"


@pytest.mark.parametrize("write", [library_file.as_json, library_file.as_yaml])
def test_a_library_is_read_as_it_was_written(write):
    library = a_library(
        levels={"5": "yes", "4": "2026-11-22", "3": "1e5"}, parts=[{"required": False}]
    )

    assert read_library(library_file.read_text(write(library).encode())) == library


SAFE = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
    max_size=40,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | SAFE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SAFE, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(SAFE, VALUES, max_size=4))
def test_whatever_is_written_in_either_form_is_read_the_same(content):
    library = a_library(extra=content)
    plain = plain_library(library)

    as_json = library_file.read_text(library_file.as_json(library).encode())
    as_yaml = library_file.read_text(library_file.as_yaml(library).encode())

    assert as_json == plain
    assert as_yaml == plain


@given(st.binary(max_size=200))
def test_no_bytes_are_answered_with_anything_but_a_sentence(data):
    with pytest.raises(LibraryRefused):
        read_library(library_file.read_text(data))
