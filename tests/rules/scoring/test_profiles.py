"""The risks of bids beside each other."""

from scoring.rules.matrix import Band
from scoring.rules.profiles import compare, profile_of
from scoring.rules.ratings import Rating
from scoring.rules.register import RiskState
from tests.rules.scoring.test_heat_map import risk


def test_a_profile_counts_what_stands_as_it_stands_now():
    one = profile_of(
        "a",
        "Larkfield",
        [
            risk(1, (5, 5), (2, 2)),
            risk(2, (4, 4)),
            risk(3, (3, 2), category="legal", state=RiskState.PROPOSED),
            risk(4, (5, 5), state=RiskState.DROPPED),
        ],
    )

    assert one.bands == {Band.VERY_HIGH: 1, Band.HIGH: 0, Band.MEDIUM: 1, Band.LOW: 1}
    assert (one.above, one.undecided, one.not_rated) == (1, 1, 2)
    assert one.worst_left == Rating(2, 2)
    assert (one.worst_in("security"), one.worst_in("legal")) == (Rating(4, 4), Rating(3, 2))
    assert one.worst_in("project") is None


def test_the_risks_most_bids_raise_come_first_then_the_gravest():
    compared = compare(
        [
            profile_of("a", "Ash", [risk(1, (2, 2)), risk(3, (5, 5))]),
            profile_of("b", "Rook", [risk(1, (1, 2)), risk(2, (1, 1))]),
        ]
    )

    assert [one for one, _ in compared.risks] == ["R01", "R03", "R02"]
    assert [compared.raised_by(one) for one in ("R01", "R02")] == [2, 1]
    assert compared.profiles[0].of("R02") is None


def test_what_officers_wrote_by_hand_is_never_called_one_risk():
    rows = [risk(1, risk_id="OWN-1", title="Our own network is not ready")]
    compared = compare([profile_of("a", "Ash", rows), profile_of("b", "Rook", rows)])

    assert compared.risks == (("OWN-1", "added by hand, another one in each bid"),)


def test_bids_without_a_risk_compare_to_nothing():
    compared = compare([profile_of("a", "Ash", [])])

    assert (compared.risks, compared.categories) == ((), ())
    assert compared.profiles[0].worst_left is None
