"""The content behind open data: forms, notices, the algorithmic record, the schemas of OCDS."""

from __future__ import annotations

import pytest

from question_bank.loader import shipped_bank
from question_bank.rules.reading.plain import ContentError
from records.compiled import patched, read_schema, release_schema
from records.demonstration.open_data import content
from records.open_guide import (
    problems_with,
    shipped_notice_forms,
    shipped_record_form,
    shipped_sheets,
    unknown_sources,
)
from records.rules.drafts.atrs import read_record_form
from records.rules.notice_forms import read_forms
from records.rules.sheets import read_sheets
from tests.ocds import mistakes

KINDS = ["UK2", "UK3", "UK4", "UK4", "UK5", "UK6", "UK7", "UK9", "UK10", "UK11", "UK12"]


def test_the_shipped_content_has_no_problems():
    assert problems_with(shipped_bank()) == []


def test_there_is_a_form_for_each_relevant_notice():
    assert [form.kind for form in shipped_notice_forms()] == KINDS


def test_no_notice_before_the_decision_asks_for_what_comes_after():
    early = {"UK2", "UK3", "UK4", "UK5"}

    assert [
        (form.kind, box.id)
        for form in shipped_notice_forms()
        for box in form.boxes
        if form.kind in early and box.after_results
    ] == []


def test_the_numbers_of_the_record_are_those_of_the_standard():
    numbers = [field.number for field in shipped_record_form().fields]

    assert [numbers.count(f"2.4.2.{place}") for place in range(1, 10)] == [1] * 9
    assert [numbers.count(f"2.4.3.{place}") for place in range(1, 12)] == [1] * 11
    assert [numbers.count(f"2.1.4.{place}") for place in range(1, 6)] == [1] * 5


def test_a_source_the_bank_lacks_is_named():
    form = read_record_form(
        {
            "checked": "today",
            "version": "3.0",
            "source": "x",
            "pages": [
                {
                    "id": "one",
                    "title": "One",
                    "fields": [{"number": "1.1", "label": "Name", "from": ["part:SLP-99.z"]}],
                }
            ],
        }
    )

    assert unknown_sources(form, shipped_bank()) == [
        "atrs.yml, 1.1: there is no ‘part:SLP-99.z’ in the bank"
    ]


@pytest.mark.parametrize(
    ("read", "raw", "says"),
    [
        (read_sheets, {"pages": [{"id": "text"}]}, "public.yml, text"),
        (read_forms, {"groups": {}, "forms": [{"kind": "UK4", "source": "x"}]}, "fields"),
        (
            read_forms,
            {"groups": {}, "forms": [{"kind": "UK4", "source": "x", "fields": [{"group": "a"}]}]},
            "there is no group ‘a’",
        ),
    ],
)
def test_content_that_is_wrong_names_the_place(read, raw, says):
    with pytest.raises(ContentError) as refused:
        read(raw)

    assert says in str(refused.value)


def test_every_assessment_asks_the_same():
    pages = [page for name, page in shipped_sheets().pages.items() if name.startswith("assessment")]

    assert len({len(page.page.fields) for page in pages}) == 1


def test_the_schema_of_the_standard_is_that_of_1_1_5():
    schema = read_schema("release-schema.json")

    assert schema["id"].endswith("/1__1__5/release-schema.json")
    assert set(schema["required"]) == {"ocid", "id", "date", "tag", "initiationType"}


def test_extensions_add_fields_and_take_none_away():
    plain, extended = read_schema("release-schema.json"), release_schema()

    for name, definition in plain["definitions"].items():
        assert set(definition["properties"]) <= set(extended["definitions"][name]["properties"])
    assert "riskDetails" in extended["definitions"]["Tender"]["properties"]


def test_a_merge_patch_takes_out_what_is_null():
    assert patched({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": None, "e": 4}}) == {
        "a": 1,
        "b": {"d": 3, "e": 4},
    }


def test_a_package_with_a_wrong_release_is_found_out():
    package = {
        "uri": "https://service.example/open/x/release-package.json",
        "version": "1.1",
        "publisher": {"name": "Hollowmere Council"},
        "publishedDate": "2026-12-01T12:00:00Z",
        "releases": [{"ocid": "x", "id": "1", "date": "2026-12-01T12:00:00Z", "tag": ["sold"]}],
    }

    found = mistakes(package, "release-package-schema.json")

    assert [line for line in found if "initiationType" in line or "sold" in line] == found
    assert len(found) == 2


def test_the_demonstration_fills_fields_that_exist():
    fields = {
        sheet: {
            field.id
            for page in shipped_sheets().pages.values()
            if page.sheet == sheet
            for field in page.page.fields
        }
        for sheet in ("public", "notices")
    }

    assert {sheet: set(values) - fields[sheet] for sheet, values in content().items()} == {
        "public": set(),
        "notices": set(),
    }
