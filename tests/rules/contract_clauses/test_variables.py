import pytest

from contract_clauses.rules.values import in_sentence, joined
from contract_clauses.rules.variables import OfficerValue, SourceKind, fill_variables
from tests.rules.contract_clauses.small import library_of, raw_topic, situation


def filled(kind, sources, found, minimum=None, officer=None):
    variable = {"label": "what it is", "kind": kind, "from": sources}
    if minimum:
        variable["minimum"] = {"deviation": "Worse than required"} | minimum
    topic = raw_topic(variables={"value": variable}, text=["The Supplier must {value}."])
    library = library_of(topic)
    values = {("C50", "value"): officer} if officer else {}
    return fill_variables(library.topics["C50"], found, values)["value"]


RECOVERY = [
    {"component": "Dashboard", "rto": "24h", "rpo": "4h"},
    {"component": "Sensors", "rto": "90min", "rpo": "1h"},
]


@pytest.mark.parametrize(
    ("kind", "source", "answers", "facts", "words"),
    [
        pytest.param("hours", {"part": "SLP-01.g"}, {"SLP-01.g": "90min"}, {}, "1.5", id="hours"),
        pytest.param("days", {"part": "SLP-12.f"}, {"SLP-12.f": "720h"}, {}, "30", id="days"),
        pytest.param(
            "months", {"part": "SLP-11.e2"}, {"SLP-11.e2": "6"}, {}, "6", id="months of a number"
        ),
        pytest.param(
            "list",
            {"part": "SLP-04.c", "leaving_out": ["other-open"]},
            {"SLP-04.c": ["csv", "geojson", "other-open"]},
            {},
            "CSV and GeoJSON",
            id="choices without those left out",
        ),
        pytest.param(
            "hours",
            {"part": "SLP-07.i", "column": "rto", "distinct": True},
            {"SLP-07.i": RECOVERY},
            {},
            "1.5 and 24",
            id="a column, smallest first",
        ),
        pytest.param(
            "country-list",
            {"fact": "permitted_countries"},
            {},
            {"permitted_countries": ["GB", "IE"]},
            "United Kingdom and Ireland",
            id="countries by name",
        ),
        pytest.param(
            "date", {"fact": "contract_end"}, {}, {"contract_end": "2030-03-31"}, "31 March 2030",
            id="date",
        ),
        pytest.param("money", {"default": 5000000}, {}, {}, "£5,000,000", id="money"),
        pytest.param("text", {"default": "none"}, {}, {}, "none", id="text"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_its_kind_says(kind, source, answers, facts, words):
    answers = {"SLP-12.a": "yes", **answers}

    assert filled(kind, [source], situation(answers, facts)).words == words


def test_the_first_source_with_a_value_wins():
    sources = [{"part": "SLP-01.g"}, {"fact": "notification_hours"}, {"default": 48}]

    value = filled("hours", sources, situation(facts={"notification_hours": "24"}))

    assert (value.words, value.source, value.source_id) == (
        "24",
        SourceKind.FACT,
        "notification_hours",
    )


def test_what_an_officer_entered_comes_first_and_says_who_and_why():
    officer = OfficerValue("36", "Agreed with the security lead", "Ada Ferrer")

    value = filled("hours", [{"default": 48}], situation(), officer=officer)

    assert (value.words, value.source) == ("36", SourceKind.OFFICER)
    assert value.source_words == "Entered by Ada Ferrer: Agreed with the security lead"


def test_a_variable_without_a_value_is_an_empty_bracket():
    value = filled("hours", [{"part": "SLP-01.g"}], situation())

    assert (value.is_empty, value.words) == (True, "[what it is]")


def test_free_text_never_becomes_a_value_whatever_the_library_asks_for():
    found = situation({"SLP-07.a": "Ignore this contract", "SLP-13.b": [{"name": "CANARY"}]})

    narrative = filled("text", [{"part": "SLP-07.a"}], found)
    cell = filled("list", [{"part": "SLP-13.b", "column": "name"}], found)

    assert (narrative.is_empty, cell.is_empty) == (True, True)


def test_an_answer_worse_than_the_minimum_gives_way_and_raises_a_deviation():
    found = situation({"SLP-01.g": "72h"}, {"notification_hours": "24"})

    value = filled("hours", [{"part": "SLP-01.g"}], found, {"at_most": "tender.notification_hours"})

    assert value.words == "24"
    assert value.deviation is not None
    assert (value.deviation.given, value.deviation.minimum, value.deviation.stands) == (
        "72",
        "24",
        False,
    )


def test_a_list_with_one_figure_beyond_the_minimum_gives_way_as_a_whole():
    found = situation({"SLP-07.i": RECOVERY}, {"target_rto": "4h"})
    source = {"part": "SLP-07.i", "column": "rto", "distinct": True}

    value = filled("hours", [source], found, {"at_most": "tender.target_rto"})

    assert (value.words, value.deviation.given) == ("4", "1.5 and 24")


@pytest.mark.parametrize(
    ("tendered", "minimum", "deviates"),
    [
        pytest.param("24h", {"at_most": 24}, False, id="exactly the most allowed"),
        pytest.param("24h1min", {"at_most": 24}, True, id="a minute more"),
        pytest.param("24h", {"at_least": 24}, False, id="exactly the least allowed"),
        pytest.param("23h59min", {"at_least": 24}, True, id="a minute less"),
    ],
)
def test_the_minimum_itself_is_good_enough(tendered, minimum, deviates):
    value = filled("hours", [{"part": "SLP-01.g"}], situation({"SLP-01.g": tendered}), minimum)

    assert (value.deviation is not None) is deviates


def test_a_minimum_whose_fact_is_missing_is_not_judged():
    found = situation({"SLP-01.g": "72h"})

    value = filled("hours", [{"part": "SLP-01.g"}], found, {"at_most": "tender.notification_hours"})

    assert (value.words, value.deviation) == ("72", None)


def test_a_date_before_the_minimum_gives_way():
    found = situation({"SLP-09.d": "2029-12-31"}, {"extension_end": "2032-03-31"})

    value = filled("date", [{"part": "SLP-09.d"}], found, {"at_least": "tender.extension_end"})

    assert value.words == "31 March 2032"


def test_an_officers_value_below_the_minimum_stands_and_the_deviation_is_raised():
    officer = OfficerValue("30", "Agreed after negotiation")

    value = filled("hours", [{"default": 24}], situation(), {"at_most": 24}, officer)

    assert (value.words, value.deviation.stands) == ("30", True)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Kept offline", "kept offline"),
        ("Cyber Essentials Plus", "Cyber Essentials Plus"),
        ("CSV", "CSV"),
        ("An equivalent", "an equivalent"),
    ],
)
def test_a_phrase_begins_small_inside_a_sentence_and_a_name_does_not(label, words):
    assert in_sentence(label) == words


def test_phrases_are_told_apart_by_semicolons():
    assert joined(["CSV", "JSON", "XML"]) == "CSV, JSON and XML"
    assert joined(["codes, kept apart", "hashing"]) == "codes, kept apart; and hashing"


@pytest.mark.parametrize(
    ("given", "words", "deviates"),
    [
        pytest.param(["GB"], "United Kingdom", False, id="all permitted"),
        pytest.param(["GB", "PL"], "United Kingdom", True, id="some permitted"),
        pytest.param(["US"], "United Kingdom and Ireland", True, id="none permitted"),
    ],
)
def test_countries_outside_those_permitted_are_not_printed_and_raise_a_deviation(
    given, words, deviates
):
    found = situation(
        {"SLP-06.c": [{"role": "Support", "country": country} for country in given]},
        {"permitted_countries": ["GB", "IE"]},
    )

    value = filled(
        "country-list",
        [{"part": "SLP-06.c", "column": "country"}],
        found,
        {"within": "tender.permitted_countries"},
    )

    assert (value.words, value.deviation is not None) == (words, deviates)


def test_a_duration_prints_its_unit_and_loses_no_minute():
    rows = [{"component": "API", "backup_interval": "5min"}, {"backup_interval": "1h"}]
    source = {"part": "SLP-07.i", "column": "backup_interval"}

    value = filled("duration", [source], situation({"SLP-07.i": rows}))

    assert value.words == "5 minutes and 1 hour"
