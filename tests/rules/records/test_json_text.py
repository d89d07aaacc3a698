"""JSON from strangers is read strictly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.rules.json_text import DEEPEST, NotReadable, one_line, read_json

BAD = [
    pytest.param(b"{", "is not JSON: Expecting property name", id="not JSON"),
    pytest.param(b"", "is not JSON: Expecting value", id="empty"),
    pytest.param(b'{"a": 1, "a": 2}', "gives “a” twice", id="a key twice"),
    pytest.param(b'{"a": NaN}', "contains NaN", id="NaN"),
    pytest.param(b'{"a": -Infinity}', "contains -Infinity", id="infinity"),
    pytest.param(b"[" * 20, "is not JSON", id="unclosed"),
    pytest.param(b"[" * 13 + b"]" * 13, "is nested more than 12 levels", id="too deep"),
    pytest.param(b"[" * 100_000 + b"]" * 100_000, "is nested more than 12", id="far too deep"),
    pytest.param(b"1" * 5000, "contains a number of 5000 digits", id="an endless number"),
    pytest.param(b"1." + b"1" * 500, "contains a number of 502 characters", id="a long fraction"),
    pytest.param(b'"\xff"', "is not UTF-8 text (byte 2)", id="not UTF-8"),
]


@pytest.mark.parametrize(("data", "says"), BAD)
def test_what_cannot_be_read_gets_one_sentence(data, says):
    with pytest.raises(NotReadable) as refused:
        read_json(data)

    assert str(refused.value).startswith(says)
    assert one_line(str(refused.value)) == str(refused.value)


def test_a_byte_order_mark_is_no_mistake():
    assert read_json(b'\xef\xbb\xbf{"a": "b"}') == {"a": "b"}


def test_fractions_are_exact():
    assert read_json(b"[0.1]") == [Decimal("0.1")]


def test_the_deepest_nesting_allowed_is_read():
    read_json(b"[" * DEEPEST + b"]" * DEEPEST)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_sentence(data):
    refused = ""
    try:
        read_json(data)
    except NotReadable as error:
        refused = str(error) or "nothing said"

    assert refused != "nothing said"


@given(st.text(alphabet=st.characters(), max_size=400))
def test_a_line_is_printable_and_stays_one_line(text):
    line = one_line(text)

    assert line.isprintable()
    assert line.encode() != b"" or text == ""


def test_a_half_character_is_shown_by_its_code():
    assert one_line("a\ud800b\x00") == "a\\ud800b\\u0000"
