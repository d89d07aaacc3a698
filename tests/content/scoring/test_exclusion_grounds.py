"""The grounds that ship with the product can be recorded, each as the kind it is."""

from __future__ import annotations

import pytest

from scoring.exclusion_grounds import GROUNDS, shipped_grounds
from scoring.rules.exclusions import MUST, Found, WrongEntry


def test_every_ground_is_taken_for_what_was_found_and_for_nothing_else():
    grounds = shipped_grounds()
    for ground in (*grounds.mandatory, *grounds.discretionary):
        for found in Found:
            fits = found is not Found.NOTHING and (ground in grounds.mandatory) is (found in MUST)
            if fits:
                assert grounds.checked_ground(ground, found) == ground
            else:
                with pytest.raises(WrongEntry):
                    grounds.checked_ground(ground, found)


def test_ids_are_not_used_twice_and_every_label_stands_for_itself():
    grounds = shipped_grounds()
    both = [*grounds.mandatory, *grounds.discretionary]
    labels = [*grounds.mandatory.values(), *grounds.discretionary.values()]

    assert len(both) == len(set(both))
    assert len(labels) == len(set(labels))
    assert all(grounds.label(ground) for ground in both)


def test_the_debarment_list_is_always_looked_at():
    assert shipped_grounds().always == {"debarment-list"}


def test_the_file_names_its_sources():
    assert "Procurement Act 2023" in GROUNDS.read_text(encoding="utf-8")
    assert all("section" in source for source in shipped_grounds().sources.values())
