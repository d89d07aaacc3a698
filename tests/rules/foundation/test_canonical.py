import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.canonical import (
    NotCanonical,
    canonical_json,
    canonical_object,
    fingerprint,
    sha256_hex,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


def test_the_order_of_keys_does_not_matter():
    assert canonical_json({"b": 1, "a": [True, None, "é"]}) == '{"a":[true,null,"é"],"b":1}'
    assert canonical_json({"a": 1, "b": 2}) == canonical_json({"b": 2, "a": 1})


@given(VALUES)
def test_what_is_written_reads_back_and_has_one_hash(value):
    import json

    written = canonical_json(value)

    assert canonical_json(json.loads(written)) == written
    assert len(sha256_hex(written)) == 64


@pytest.mark.parametrize("value", [{}, {"é": {"z": [1, None], "a": "“x”"}, "b": True, "a": []}])
def test_an_object_put_together_from_written_values_is_the_one_written_whole(value):
    written = {key: canonical_json(one) for key, one in value.items()}

    assert canonical_object(written) == canonical_json(value)


def test_the_fingerprint_is_the_one_anybody_works_out_from_the_text():
    # printf '{"a":1,"b":"é"}' | sha256sum
    assert fingerprint({"b": "é", "a": 1}) == (
        "09ad9fd2fb648cb2f62141215828ea00a62c299db05d20aa9ade2f527a301cc6"
    )


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), "\ud800", {"\udfff": 1}, {1: "a"}, [{"a": object()}], b"bytes"],
    ids=["float", "nan", "half a character", "half a key", "number as key", "object", "bytes"],
)
def test_what_has_no_single_written_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical_json(value)
