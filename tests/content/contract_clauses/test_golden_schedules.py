"""The schedules of the demonstration say what they said: a change shows as a diff to be read."""

from __future__ import annotations

import difflib

import pytest

from tests.golden_schedules import FOLDER, NAMES, as_text, golden_schedules


@pytest.mark.parametrize("name", NAMES)
def test_the_schedule_of_a_demonstration_bid_is_as_committed(name):
    kept = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    now = as_text(golden_schedules()[name])

    changed = difflib.unified_diff(
        kept.splitlines(), now.splitlines(), "as committed", "as it is now", lineterm="", n=1
    )
    said = "\n".join(changed)
    if said:
        pytest.fail(f"Read what changed, then write it with ‘make golden’:\n{said}", pytrace=False)


def test_there_is_a_text_for_each_and_no_other():
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(NAMES)
