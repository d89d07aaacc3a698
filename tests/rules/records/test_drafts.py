"""What drafts for the public take from a winner's tables, and what they leave out."""

from __future__ import annotations

from datetime import date

import pytest

from question_bank.loader import shipped_bank
from records.rules.drafts.answers import rows_for_everyone, words_for_everyone
from records.rules.drafts.chain import proposed_elements
from records.rules.drafts.datasets import as_csv, as_dcat, dataset_rows
from supplier_portal.rules.confidential import Ground, Mark

ABOUT = {
    "publisher": "Hollowmere Council",
    "contact": "The street team",
    "reference": "HC-7",
    "assessment": "https://hollowmere.example/dpia",
}
ROW = {
    "name": "Counts",
    "purpose": "To see where it is crowded",
    "country": "GB",
    "personal": "none",
    "publishable": "yes",
    "roles": "Two analysts",
}


def parts():
    bank = shipped_bank()
    return {part.id: part for question in bank.questions.values() for part in question.parts}


def mark(part_id, passage="", file=""):
    return Mark("M" * 22, part_id, Ground.TRADE_SECRET, "Rivals", date(2099, 1, 1), passage, file)


def datasets(*marks):
    return rows_for_everyone(parts(), {"SLP-13.b": [ROW]}, marks, "T1")


def test_a_table_nobody_marked_is_there_whole():
    assert datasets() == [ROW]


def test_a_table_that_is_marked_as_a_whole_is_not_there():
    assert datasets(mark("SLP-13.b")) == []


@pytest.mark.parametrize(
    "passage", ["Two analysts", "two  ANALYSTS", "analysts", "Two analysts, Yes"]
)
def test_a_cell_with_a_marked_passage_is_left_out(passage):
    (row,) = datasets(mark("SLP-13.b", passage))

    assert "roles" not in row
    assert row["name"] == "Counts"


def test_a_passage_that_is_the_label_of_a_choice_takes_the_choice_out():
    (row,) = datasets(mark("SLP-13.b", "No personal data at any time"))

    assert "personal" not in row


def test_a_passage_found_in_no_single_cell_takes_the_table_out():
    assert datasets(mark("SLP-13.b", "crowded GB analysts")) == []


def test_marks_on_files_and_other_answers_take_nothing_out():
    assert datasets(mark("SLP-13.b", file="F" * 22), mark("SLP-07.a")) == [ROW]


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ((), "We restore from three places."),
        ((mark("SLP-07.a"),), ""),
        ((mark("SLP-07.a", "three places"),), ""),
        ((mark("SLP-13.b"),), "We restore from three places."),
    ],
    ids=["unmarked", "whole", "a passage", "another answer"],
)
def test_an_answer_of_which_anything_is_confidential_says_nothing(marks, words):
    answers = {"SLP-07.a": "We restore from three places."}

    assert words_for_everyone(parts(), answers, marks, "SLP-07.a") == words


def test_a_part_the_tender_does_not_ask_says_nothing():
    assert words_for_everyone({}, {"SLP-07.a": "Words"}, (), "SLP-07.a") == ""


@pytest.mark.parametrize(
    ("sensor", "element"),
    [
        ({"modality": "Camera", "faces": "active"}, "identifiable_video"),
        ({"modality": "Camera", "faces": "disabled-in-firmware"}, "de_identified_video"),
        ({"modality": "Camera", "faces": "hardware-absent"}, "non_identifiable_video"),
        ({"modality": "Wi-Fi receiver", "identifiers": "active"}, "identifiable_wifi_sensor"),
        ({"modality": "Induction loop"}, "induction_loop"),
        ({"modality": "gas sensor, NO2"}, "air_quality"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_sensor_speaks_for_an_element(sensor, element):
    found = proposed_elements([{"model": "ZX", **sensor}], [], [], [])

    assert [one.id for one in found] == [element]
    assert found[0].because.startswith("ZX")


@pytest.mark.parametrize(
    "sensor", [{"modality": "Camera"}, {"modality": "radar", "identifiers": "hardware-absent"}, {}]
)
def test_a_sensor_of_which_too_little_is_known_speaks_for_nothing(sensor):
    assert proposed_elements([sensor], [], [], []) == []


def test_everything_has_to_be_encrypted_for_the_element_to_be_proposed():
    encrypted, open_one = {"encrypted": "yes"}, {"encrypted": "no"}

    every = proposed_elements([], [encrypted, encrypted], [encrypted], [])
    some = proposed_elements([], [encrypted, open_one], [encrypted, open_one], [])
    none = proposed_elements([], [], [], [])

    assert [one.id for one in every] == ["encrypted_at_rest", "transport_layer_security"]
    assert (some, none) == ([], [])


def test_data_that_is_paid_for_is_said_to_be_sold():
    found = proposed_elements([], [], [], [{"third_party": "Broker Ltd", "payment": "yes"}])

    assert [(one.id, one.because) for one in found] == [
        ("available_for_resale", "Broker Ltd pays for data")
    ]


def test_a_dataset_kept_in_two_countries_is_one_dataset():
    rows = dataset_rows([ROW, {**ROW, "country": "IE"}], [], ABOUT)

    assert [(row["identifier"], row["stored_in"]) for row in rows] == [("HC-7-1", "GB, IE")]


def test_a_dataset_is_open_only_if_the_winner_says_it_can_be():
    rows = dataset_rows([ROW, {**ROW, "name": "Faults", "publishable": "no"}], [], ABOUT)

    assert [(row["access"], bool(row["licence"])) for row in rows] == [
        ("open", True),
        ("closed", False),
    ]


def test_an_endpoint_belongs_to_the_dataset_it_names():
    endpoints = [
        {"dataset": "Counts", "endpoint": "/v2/counts", "docs_url": "https://docs.example"},
        {"dataset": "Faults", "endpoint": "/v2/faults"},
    ]

    (entry,) = as_dcat(dataset_rows([ROW], endpoints, ABOUT))["dcat:dataset"]

    assert entry["dcat:distribution"] == [
        {
            "@type": "dcat:Distribution",
            "dcat:accessService": {
                "@type": "dcat:DataService",
                "dcat:endpointURL": "/v2/counts",
                "dcat:endpointDescription": "https://docs.example",
            },
        }
    ]


def test_a_dataset_called_like_a_formula_stays_a_word():
    text = as_csv(dataset_rows([{**ROW, "name": "=1+1"}], [], ABOUT))

    assert text.splitlines()[1].startswith("HC-7-1,'=1+1,")
