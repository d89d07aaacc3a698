"""Frameworks are read as they are written, and refused with their place where they are not."""

from __future__ import annotations

import re

import pytest

from question_bank.rules.frameworks import Binding, Control, Family
from question_bank.rules.reading import ContentError
from question_bank.rules.reading.frameworks import in_order, read_framework
from tests.rules.question_bank.builders import framework_written


def test_a_framework_is_read_with_its_controls_in_order():
    framework = read_framework(
        framework_written(
            "code-2.0",
            version="2.0",
            groups=[
                {"title": "First", "controls": {"A1": "Know", "A2": "Do"}},
                {"title": "Second", "controls": {"B1": "Check"}},
            ],
        )
    )

    assert framework.title == "A code, 2.0"
    assert (framework.family, framework.binding) == (Family.SECURITY, Binding.VOLUNTARY)
    assert framework.controls == (
        Control("A1", "Know", "First"),
        Control("A2", "Do", "First"),
        Control("B1", "Check", "Second"),
    )
    assert framework.complete is True


def test_a_framework_without_a_version_is_called_by_its_name():
    assert read_framework(framework_written("code")).title == "A code"


def test_an_id_that_is_not_replaced_keeps_itself_in_the_successor():
    framework = read_framework(
        framework_written(
            "code-1.0",
            successor="code-2.0",
            replaced={"A2": {"by": "A3", "note": "Moved"}, "A9": {"note": "Dropped"}},
        )
    )

    found = [framework.id_in_successor(control) for control in ("A1", "A2", "A9")]

    assert found == ["A1", "A3", ""]
    assert framework.replaced_notes == {"A2": "Moved", "A9": "Dropped"}


def test_frameworks_stand_family_by_family():
    written = [("c", "law"), ("a", "security"), ("b", "security")]
    read = [read_framework(framework_written(name, family=family)) for name, family in written]

    assert list(in_order(read)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"binding": "maybe"}, "code: ‘maybe’ is not a way to bind; write one of law, proposed"),
        ({"family": "londen"}, "code: ‘londen’ is not a family of frameworks; did you mean"),
        ({"abuot": "x"}, "code: ‘abuot’ is not a known key; did you mean ‘about’?"),
        ({"about": ""}, "code: ‘about’ is missing"),
        ({"checked": None}, "code: ‘checked’ is missing"),
        ({"groups": "A1"}, "code, groups: write a list here, not ‘A1’"),
        ({"groups": [{"title": "G"}]}, "code, G: ‘controls’ is missing"),
        ({"groups": [{"title": "G", "controls": ["A1"]}]}, "code, G: write lines of ‘key: value’"),
        ({"groups": [{"title": "G", "controls": {"A1": ""}}]}, "code, G: A1 has no title"),
        (
            {"groups": [{"title": "G", "controls": {"A1": {"title": "x", "testd_by": []}}}]},
            "code, G, A1: ‘testd_by’ is not a known key; did you mean ‘tested_by’?",
        ),
        ({"replaced": {"A1": {"by": "A2"}}}, "code, replaced, A1: ‘note’ is missing"),
        ({"replaced": {"A1": "A2"}}, "code, replaced, A1: write lines of ‘key: value’ here"),
        ({"answered_by": "SLP-01"}, "code, answered_by: write a list here, not ‘SLP-01’"),
        ({"complete": "no"}, "code: ‘complete’ is true or false, not ‘no’"),
    ],
)
def test_a_mistake_in_a_framework_is_named_with_its_place(change, sentence):
    with pytest.raises(ContentError, match=re.escape(sentence)):
        read_framework(framework_written("code", **change))
