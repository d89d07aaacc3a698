"""Whether and how many bids there are: nobody else can tell, from any page, header, file, mail or
figure.

The same tender is looked at in two worlds, with a history that is drawn from a seed. In one a rival
alone bids; in the other companies also draft, type, upload, submit, replace, withdraw, are refused,
bring colleagues in and come late. What everybody may know of happens in both.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from tests import histories, proving, two_worlds
from tests.at_work import OWN_WORDS, companies_at_work
from tests.canaries import STEM
from tests.two_worlds import Snapshots

CLOSES_AT = datetime(2026, 12, 15, 12, tzinfo=UTC)
STAGES = ("open", "closed", "cancelled")
# What only companies write into sealed bids, in histories and at work.
CANARIES = re.compile(rf"{STEM}|{OWN_WORDS}".encode())


@pytest.fixture
def both_worlds(app, monkeypatch, tmp_path):
    """Return what is seen in the world with bids and in the one without, at a stage."""

    def look(at_stage, history, *, meanwhile=nullcontext, **chosen):
        stage = two_worlds.set_up(app, monkeypatch, CLOSES_AT, **chosen)
        snapshots = Snapshots(app, tmp_path)
        look_at = CLOSES_AT + (-timedelta(hours=1) if at_stage == "open" else timedelta(minutes=20))
        stage.at(look_at)
        two_worlds.sign_everybody_in(stage)
        snapshots.take("before")

        def go_on(with_bids):
            two_worlds.begin_to_count(stage)
            histories.happen(stage, history, with_bids=with_bids)
            with monkeypatch.context() as alike:
                two_worlds.drawn_alike(alike)
                two_worlds.service_is_down(stage)
                stage.at(look_at)
                if at_stage == "cancelled":
                    two_worlds.cancel(stage)
                two_worlds.do_what_is_due(stage)
                # The clock stands still while everybody looks.
                stage.at(look_at)
            return two_worlds.letters_to_others(stage)

        letters = {True: go_on(with_bids=True)}
        pages = two_worlds.addresses(stage, two_worlds.sealed_values(stage))
        with meanwhile(stage):
            seen = {True: dict(two_worlds.seen_by_all(stage, pages))}
        figures = {True: two_worlds.figures(stage)}
        snapshots.put_back("before")
        letters[False] = go_on(with_bids=False)
        seen[False] = dict(two_worlds.seen_by_all(stage, pages))
        figures[False] = two_worlds.figures(stage)
        return letters, seen, figures

    return look


def first_difference(one, other):
    """Return the first thing of two answers that is not the same: to be read when a test fails."""
    (_, headers, body), (_, headers_2, body_2) = one, other
    lines = zip(body.splitlines(), body_2.splitlines(), strict=False)
    different = [pair for pair in lines if pair[0] != pair[1]]
    different += [pair for pair in zip(headers, headers_2, strict=False) if pair[0] != pair[1]]
    return different[0] if different else (one[0], other[0], len(body), len(body_2))


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "at_stage",
    [pytest.param(one, marks=() if one == "closed" else pytest.mark.slow) for one in STAGES],
)
def test_everything_others_see_is_the_same_with_and_without_bids(both_worlds, at_stage):
    history = histories.drawn(proving.seed(1), late=at_stage != "open")
    letters, seen, figures = both_worlds(at_stage, history)

    different = [
        (where, first_difference(with_bids, seen[False][where]))
        for where, with_bids in seen[True].items()
        if seen[False][where] != with_bids
    ]
    read = [where for where, (status, *_) in seen[True].items() if status == 200]
    proving.tell(
        worlds=2,
        things_done_with_sealed_bids=sum(not step.is_shared for step in history.steps),
        answers_compared=len(seen[True]),
        letters_compared=len(letters[True]),
        figures_compared=len(figures[True]),
        differences=len(different),
    )
    assert different == []
    assert letters[True] == letters[False]
    assert figures[True] == figures[False]
    # The comparison is worth something: most of what is opened is a page, not a refusal.
    assert len(read) > 300
    assert len(letters[True]) > 0
    assert len(figures[True]) > 200
    assert {who for who, _ in read} >= {*map(str, two_worlds.AUTHORITY_ROLES), "rival", "public"}


@pytest.mark.sqlite
@pytest.mark.slow
def test_everything_others_see_is_the_same_while_companies_are_at_work(both_worlds):
    """What a process keeps to be quick shows nobody what another made it keep."""
    done = []

    @contextmanager
    def at_work(stage):
        with companies_at_work(stage) as work:
            done.append(work)
            yield

    letters, seen, figures = both_worlds(
        "open", histories.drawn(proving.seed(1), late=False), meanwhile=at_work
    )

    different = [
        (where, first_difference(with_bids, seen[False][where]))
        for where, with_bids in seen[True].items()
        if seen[False][where] != with_bids
    ]
    [work] = done
    proving.tell(
        answers_compared=len(seen[True]),
        saved_meanwhile=work.saved,
        read_meanwhile=work.read,
        differences=len(different),
        strange=len(work.strange),
    )
    assert different == []
    assert letters[True] == letters[False]
    assert figures[True] == figures[False]
    assert work.strange == []
    # Kept from one world for the other, it would be the same in both.
    assert [where for where, (*_, body) in seen[True].items() if CANARIES.search(body)] == []
    # They were at work all the time: about as often as others looked.
    assert work.saved > 100


@pytest.mark.sqlite
@pytest.mark.slow
def test_a_tender_that_shows_the_count_shows_that_alone_and_to_its_authority_alone(both_worlds):
    history = histories.drawn(2)
    letters, seen, _ = both_worlds("open", history, shows_count=True)

    different = {
        where: first_difference(with_bids, seen[False][where])
        for where, with_bids in seen[True].items()
        if seen[False][where] != with_bids
    }
    assert letters[True] == letters[False]
    assert {who for who, _ in different} <= {*map(str, two_worlds.AUTHORITY_ROLES), "second"}
    assert {who for who, _ in different} >= {"officer"}
    # Some of the five more are handed in; others were withdrawn, are drafts, or never began.
    assert {address.rpartition("/")[2] for _, address in different} == {"open"}
    shown = {
        tuple(int(re.search(rb"handed in: <strong>(\d+)<", line)[1]) for line in pair)
        for pair in different.values()
    }
    assert 0 < history.handed_in < 5
    assert shown == {(history.handed_in + 1, 1)}
