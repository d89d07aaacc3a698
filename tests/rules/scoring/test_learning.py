"""What decided tenders taught about a question, by hand."""

from decimal import Decimal

from scoring.rules.learning import (
    CellSeen,
    findings,
    learned,
    lesson_of,
    says_not_applicable,
)


def lesson(question="SLP-07", cells=((3, 3, (3, 3)),) * 3, asked=0, refused=0):
    return lesson_of(
        question,
        f"Title of {question}",
        [CellSeen(*cell) for cell in cells],
        clarifications=asked,
        not_applicable=refused,
    )


def test_counts_of_one_tender():
    found = lesson(cells=((5, 5, (5, 4)), (2, 5, (1, 4)), (3, 4, (3,))), asked=2, refused=1)

    assert (found.bids, found.lowest, found.highest) == (3, 2, 5)
    assert (found.several, found.apart, found.far_apart) == (2, 4, 1)
    assert (found.away, found.far_away) == (4, 1)
    assert (found.clarifications, found.not_applicable) == (2, 1)


def test_sums_over_tenders_say_what_they_rest_on():
    one = learned(
        [
            lesson(cells=((5, 5, (5, 4)), (2, 5, (1, 4)))),
            lesson(cells=((3, 3, (3, 3)), (3, 3, (3, 3))), asked=1),
        ]
    )[0]

    assert (one.tenders, one.bids, one.compared, one.separated) == (2, 4, 2, 1)
    assert (one.mean_apart, one.mean_away) == (Decimal("1.00"), Decimal("0.75"))
    assert one.sentences == [
        "It separated bids in 1 of 2 tenders.",
        "Bidders asked 1 question about it while tenders were open.",
        "Evaluators were 1.00 marks apart on average before they met, and two or more in 1 of 4 "
        "bids.",
        "The level suggested from answers was 0.75 away from the agreed mark on average, and two "
        "or more in 1 of 4 bids.",
    ]


def test_a_question_that_never_separated_bids_is_named():
    found = learned([lesson(), lesson("SLP-08", ((5, 5, ()), (4, 4, ()), (4, 4, ())))])
    never = findings(found)[0]

    assert [(one.question_id, why) for one, why in never.rows] == [("SLP-07", "1 tender, 3 bids")]


def test_one_bid_a_tender_separates_nothing_and_is_not_said_to():
    found = learned([lesson(cells=((3, 3, ()),))] * 3)

    assert (found[0].never_separated, findings(found)[0].rows) == (False, ())
    assert found[0].sentences[0] == "No tender had two bids to compare."


def test_nothing_is_said_that_rests_on_fewer_than_three_bids():
    assert learned([lesson(cells=((3, 3, ()),) * 2)]) == []


def test_lists_begin_with_the_most_telling():
    found = learned(
        [
            lesson("SLP-07", ((5, 2, (5, 2)),) * 3, asked=1, refused=3),
            lesson("SLP-08", ((5, 4, (5, 4)),) * 3, asked=4, refused=1),
            lesson("SLP-09", ((5, 5, (5, 5)),) * 3),
        ]
    )
    lists = {one.title: [o.question_id for o, _ in one.rows] for one in findings(found)}

    assert lists == {
        "Never separated bidders": ["SLP-07", "SLP-08", "SLP-09"],
        "Drew most questions from bidders": ["SLP-08", "SLP-07"],
        "Most often called not applicable": ["SLP-07", "SLP-08"],
        "Evaluators disagreed most": ["SLP-07", "SLP-08"],
        "Suggested level furthest from the agreed mark": ["SLP-07", "SLP-08"],
    }


def test_not_applicable_is_found_in_choices_records_and_rows():
    assert [
        says_not_applicable(value)
        for value in (
            "not-applicable",
            {"status": "not-applicable", "reason": "None"},
            [{"status": "in-place"}, {"status": "not-applicable"}],
            {"status": "in-place"},
            "It is not-applicable here",
            None,
            3,
        )
    ] == [True, True, True, False, False, False, False]
