from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.ranking import Candidate, rank


def bid(name, quality=None, why=""):
    return Candidate(name.lower(), name, None if quality is None else Decimal(quality), why)


def ranks(*bids):
    return [(entry.candidate.name, entry.rank) for entry in rank(bids)]


def test_the_highest_quality_comes_first():
    assert ranks(bid("Ash", "61.00"), bid("Birch", "74.50")) == [("Birch", "1"), ("Ash", "2")]


def test_equal_totals_share_a_rank_and_the_next_rank_counts_them():
    assert ranks(
        bid("Ash", "70.00"), bid("Cedar", "80.00"), bid("Birch", "70.00"), bid("Elm", "60.00")
    ) == [("Cedar", "1"), ("Ash", "2="), ("Birch", "2="), ("Elm", "4")]


def test_a_bid_with_nothing_comes_after_one_with_a_little():
    assert ranks(bid("Ash", "0.00"), bid("Birch", "0.50")) == [("Birch", "1"), ("Ash", "2")]


def test_a_failed_bid_is_listed_last_without_a_rank_and_says_why():
    placed = rank([bid("Ash", "99.00", "failed SLP-02"), bid("Birch", "10.00")])

    assert [(entry.candidate.name, entry.rank, entry.why_not) for entry in placed] == [
        ("Birch", "1", ""),
        ("Ash", "", "failed SLP-02"),
    ]


def test_a_bid_not_fully_marked_has_no_rank():
    assert [(e.rank, e.why_not) for e in rank([bid("Ash")])] == [("", "not fully marked")]


def test_no_bids_make_an_empty_ranking():
    assert rank([]) == ()


BIDS = st.lists(
    st.builds(
        Candidate,
        key=st.uuids().map(str),
        name=st.sampled_from(["Ash", "ash", "Birch", "Cedar", "Élan"]),
        quality=st.none() | st.decimals(0, 100, places=2),
        unranked_because=st.sampled_from(["", "", "failed SLP-02"]),
    ),
    max_size=8,
    unique_by=lambda candidate: candidate.key,
)


@given(BIDS, st.randoms())
def test_the_order_in_which_bids_are_given_does_not_matter(bids, random):
    shuffled = list(bids)
    random.shuffle(shuffled)

    assert rank(shuffled) == rank(bids)


@given(BIDS)
def test_a_rank_is_one_more_than_the_number_of_better_bids_and_is_shared_by_equals(bids):
    placed = [entry for entry in rank(bids) if entry.rank]

    for entry in placed:
        better = [e for e in placed if e.candidate.quality > entry.candidate.quality]
        equal = [e for e in placed if e.candidate.quality == entry.candidate.quality]
        assert entry.rank == f"{len(better) + 1}{'=' if len(equal) > 1 else ''}"


@given(BIDS)
def test_every_bid_is_listed_once(bids):
    assert sorted(e.candidate.key for e in rank(bids)) == sorted(b.key for b in bids)
