"""Every page against everybody: who is let in, who is refused, and what a refusal tells.

What is expected comes from the table of permissions and from whose record the address names,
never from what the page did. The demonstration is the world: a tender at every stage.
"""

from __future__ import annotations

import itertools

import pytest

from accounts.access import PUBLIC
from tests import changed_rows, proving
from tests.never_reached import NEVER_REACHED
from tests.permission_world import (
    DRAFTS,
    LEFT_BY_A_REFUSAL,
    SEALED,
    STAGES,
    PermissionWorld,
    alike,
    method_of,
    nonexistent,
)
from tests.whose_records import of_another, parameters, record_of, records_in

# What people of other organisations may open all the same, and why; the first by how the address
# begins, the others as they stand.
SHARED_FROM = {
    "/opportunities/<token:tender>": "a published tender is there for every company it is open to",
    "/bank/proposals/<token:proposal>": "the bank belongs to all; a steward decides for all",
}
SHARED = {"/tenders/procurements/<token:procurement>": "an authority takes part in one of its lots"}
# Which address beneath a shared one names what is one's own again.
OWN_BENEATH = ("clarification",)
# Pages about bids that people of an authority have: of a bid not opened there is none of them.
OF_BIDS_OPENED = ("/evaluation/bids/", "/schedules/")


# Which rows a request changes is noted by triggers of SQLite.
pytestmark = pytest.mark.sqlite


@pytest.fixture
def world(demonstration_built):
    world = PermissionWorld(demonstration_built)
    changed_rows.watch()
    return world


@pytest.fixture
def kept(world, app, tmp_path):
    return changed_rows.Kept(app, tmp_path)


def test_every_parameter_of_every_address_is_known_to_name_a_record_or_a_word(shared_app):
    unknown = []
    for rule in shared_app.url_map.iter_rules():
        for name in parameters(rule):
            try:
                record_of(rule, name)
            except KeyError:
                unknown.append((rule.rule, name))

    assert unknown == []


def is_sealed(rule, stage):
    """Return whether the address leads into a bid that the buying side may not know of yet."""
    return stage in SEALED and rule.rule.startswith(OF_BIDS_OPENED)


def is_unpublished(rule, stage):
    return stage in DRAFTS and rule.rule.startswith("/opportunities/")


def is_shared(rule):
    if rule.rule in SHARED:
        return True
    return rule.rule.startswith(tuple(SHARED_FROM)) and records_in(rule)[-1] not in OWN_BENEATH


def expected(world, asker, rule, stage, *, exists):
    """Return with which statuses the table of permissions has a page answered; None: no refusal."""
    if not asker.may(world.access(rule)):
        return {302, 401} if asker.role is None else {403}
    theirs = asker in world.insiders(rule) or is_shared(rule)
    there = exists and not is_sealed(rule, stage) and not is_unpublished(rule, stage)
    return None if there and theirs else {404}


def refusals(world, asker, rule, stage):
    """Ask for a record and for one that does not exist; return what is wrong with the answers.

    Who is refused must not be able to tell one from the other, and changes nothing.
    """
    values = world.values(rule, stage)
    missing, first = nonexistent(rule, values), records_in(rule)[0]
    wrong = []
    there, not_there = None, world.ask(asker, rule, missing)
    if not_there.status not in expected(world, asker, rule, stage, exists=False):
        wrong.append(f"nothing there, and got {not_there.status}")
    wanted = expected(world, asker, rule, stage, exists=True)
    if wanted is not None:
        there = world.ask(asker, rule, values)
        if there.status not in wanted:
            wrong.append(f"got {there.status} where {wanted} was right")
        if not alike(there, not_there, [(values[first], missing[first])]):
            wrong.append("tells what exists from what does not")
    wrong += [problem for answer in (there, not_there) for problem in left_behind(answer)]
    return [(asker.name, stage, method_of(rule), rule.rule, problem) for problem in wrong]


def left_behind(answer):
    """Yield what is wrong with what a refusal wrote: an entry has to be there, and nothing else."""
    if answer is None:
        return
    if answer.changed - LEFT_BY_A_REFUSAL:
        yield f"refused, and changed {sorted(answer.changed)}"
    if answer.status == 403 and "audit_entry" not in answer.changed:
        yield "refused and left no entry"


def sample(world):
    """Yield (asker, rule, stage) so that each permission meets everybody in turn, and each address
    two of them and somebody next door who may do the same there; the stages take turns."""
    numbers, met = itertools.count(), {}
    for rule in world.rules_with_records:
        stages = [stage for stage in STAGES if world.values(rule, stage) is not None]
        access = world.access(rule)
        everybody = met.setdefault(access, itertools.cycle(world.askers))
        next_door = [one for one in world.neighbours(rule) if one.may(access)]
        chosen = [next(everybody), next(everybody)]
        chosen += next_door[next(numbers) % len(next_door) :][:1] if next_door else []
        for asker in chosen if stages else ():
            yield asker, rule, stages[next(numbers) % len(stages)]


def test_a_sample_of_everybody_is_refused_what_the_table_does_not_give(world):
    world.complete()

    problems = [problem for one in sample(world) for problem in refusals(world, *one)]

    assert problems == []


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
def test_everybody_is_refused_everywhere_what_the_table_does_not_give(world, stage):
    world.complete()

    asked = [
        (asker, rule)
        for rule in world.rules_with_records
        for asker in world.askers
        if world.values(rule, stage) is not None
    ]
    problems = [problem for one in asked for problem in refusals(world, *one, stage)]

    proving.tell(people_times_pages=len(asked), leaks=len(problems))
    assert problems == []


def test_a_record_beneath_another_one_than_the_address_says_looks_as_if_there_were_none(world):
    problems = []
    for rule in world.rules_with_records:
        asker = next(one for one in world.insiders(rule) if one.may(world.access(rule)))
        for stage in reversed(STAGES):
            values = world.values(rule, stage)
            other = values and of_another(rule, world.places[stage], values)
            if other:
                problems += beneath_another(world, rule, asker, values, other)
                break

    assert problems == []


def beneath_another(world, rule, asker, values, other):
    """Return what is wrong with how a record is answered that belongs to another one."""
    missing, last = nonexistent(rule, values, last=True), records_in(rule)[-1]
    beneath, not_there = world.ask(asker, rule, other), world.ask(asker, rule, missing)
    same = alike(beneath, not_there, [(other[last], missing[last])])
    found = [] if same and beneath.status != 200 else [(rule.rule, asker.name, beneath.status)]
    return found + [(rule.rule, problem) for problem in left_behind(beneath)]


@pytest.mark.slow
def test_each_page_opens_with_ones_own_record(world, kept):
    """What is refused to others would prove little if nobody were let in."""
    never = {
        rule.endpoint
        for rule in world.rules
        if world.access(rule) != PUBLIC and not reach(world, kept, rule)
    }

    assert sorted(never - NEVER_REACHED) == []
    assert sorted(NEVER_REACHED - {rule.endpoint for rule in world.rules}) == []


def reach(world, kept, rule):
    """Return whether somebody of those who may opens the page, at some stage."""
    askers = [one for one in world.insiders(rule) if one.may(world.access(rule))]
    for stage in reversed(STAGES):
        values = world.values(rule, stage)
        for asker in askers if values is not None else ():
            answer = world.ask(asker, rule, values)
            if answer.changed and method_of(rule) != "GET":
                kept.put_back()
            assert answer.status != 401, f"{asker.name} is not signed in any more"
            if answer.status not in (403, 404):
                must_be_as_any_page(rule, answer)
                return True
    return False


def must_be_as_any_page(rule, answer):
    """A page that is only read changes nothing, and each has the button to sign out."""
    if method_of(rule) == "GET":
        assert answer.changed <= LEFT_BY_A_REFUSAL, f"{rule.rule} changed {answer.changed}"
    if b"<h1" in answer.body and answer.status not in (302, 303):
        assert b'action="/sign-out"' in answer.body, f"{rule.rule} has no way to sign out"
