from contract_clauses.rules.selection import Ground, OfficerChoice, choose_clauses
from tests.rules.contract_clauses.small import library_of, raw_topic, situation


def chosen(condition, found, officer=None):
    library = library_of(raw_topic(included_when=condition))
    [choice] = choose_clauses(library, found, {"C50": officer} if officer else None)
    return choice


def test_a_topic_for_every_schedule_is_in():
    choice = chosen({"always": True}, situation())

    assert (choice.included, choice.ground) == (True, Ground.ALWAYS)


def test_a_topic_whose_condition_holds_says_which_answer_made_it_hold():
    found = situation(facts={"personal_data": "yes"})

    choice = chosen({"fact": "personal_data", "is": "yes"}, found)

    assert (choice.included, choice.ground) == (True, Ground.MET)
    assert choice.words == "The tender’s personal data is “Yes”."
    assert choice.sources == ("tender.personal_data",)


def test_a_topic_whose_condition_does_not_hold_is_listed_with_why():
    found = situation(facts={"personal_data": "no"})

    choice = chosen({"fact": "personal_data", "is": "yes"}, found)

    assert (choice.included, choice.ground) == (False, Ground.NOT_MET)
    assert choice.words == "It does not apply."


def test_a_topic_that_depends_on_a_missing_fact_is_kept_in_and_says_so():
    choice = chosen({"fact": "personal_data", "is": "yes"}, situation())

    assert (choice.included, choice.ground) == (True, Ground.NOT_KNOWN)
    assert choice.words == (
        "Not known: the tender’s personal data is not given. "
        "It is kept in; an officer may exclude it."
    )


def test_a_topic_that_depends_on_a_mark_not_yet_given_is_kept_in():
    choice = chosen({"mark": "SLP-10", "at_most": 3}, situation(marks={}))

    assert choice.ground == Ground.NOT_KNOWN


def test_a_topic_that_depends_on_risks_not_yet_worked_out_is_kept_in():
    choice = chosen({"risk": ["R09"]}, situation(known=frozenset()))

    assert choice.ground == Ground.NOT_KNOWN


def test_an_optional_answer_left_empty_declares_nothing():
    choice = chosen(
        {"part": "SLP-08.a", "column": "exception_ends", "after": "2000-01-01"},
        situation({"SLP-08.a": {"status": "met", "mechanism": "Full-disk encryption"}}),
    )

    assert (choice.included, choice.ground) == (False, Ground.NOT_MET)


def test_an_officer_may_exclude_a_topic_with_a_reason_and_the_rule_stays_visible():
    officer = OfficerChoice(False, "Covered by the main contract", "Ada Ferrer")

    choice = chosen({"always": True}, situation(), officer)

    assert (choice.included, choice.ground, choice.proposed) == (False, Ground.OFFICER, True)
    assert choice.words == (
        "Excluded by Ada Ferrer: Covered by the main contract "
        "(The rule alone: Included in every schedule.)"
    )


def test_an_officer_may_include_a_topic_the_rule_leaves_out():
    found = situation(facts={"personal_data": "no"})
    officer = OfficerChoice(True, "Staff names are handled")

    choice = chosen({"fact": "personal_data", "is": "yes"}, found, officer)

    assert (choice.included, choice.proposed) == (True, False)


def test_a_topic_gives_the_library_s_own_words_for_each_reason_that_holds():
    condition = {
        "any": [
            {"fact": "personal_data", "is": "yes", "says": "the tender names personal data"},
            {"answered": ["SLP-08.a", "SLP-08.b"], "says": "the bid says how data is encrypted"},
            {"risk": ["R09"], "says": "the register holds a risk to continuity"},
        ]
    }
    answers = {"SLP-08.a": {"status": "met", "mechanism": "Full-disk encryption"}}

    choice = chosen(condition, situation(answers, {"personal_data": "yes"}))

    assert choice.words == (
        "The tender names personal data; the bid says how data is encrypted (SLP-08.a)."
    )
    assert choice.sources == ("tender.personal_data", "SLP-08.a")
