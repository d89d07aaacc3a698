"""The plan of a draft: an authority's own choice of sections, questions, weights and reasons.

A plan is plain values, ready for canonical JSON. What cannot be done to it is a PlanError that says
what to do instead.
"""

from tenders.rules.plan.changing import (
    add_question,
    add_reason,
    add_section,
    move_question,
    move_section,
    move_to_edition,
    remove_question,
    remove_section,
    rename_section,
    renew_own,
    set_assessment,
    set_parts,
    set_weights,
)
from tenders.rules.plan.problems import problems_of
from tenders.rules.plan.reading import (
    FORMAT,
    Entry,
    Plan,
    PlanError,
    bank_of_plan,
    entries_of,
    entry_of,
    natural_class,
    own_ids,
    plan_from_pack,
    questionnaire_of_plan,
    reasons_about,
    section_in,
    section_with,
    sections_of,
    weight_of,
)
from tenders.rules.plan.weights import shared_evenly

__all__ = [
    "FORMAT",
    "Entry",
    "Plan",
    "PlanError",
    "add_question",
    "add_reason",
    "add_section",
    "bank_of_plan",
    "entries_of",
    "entry_of",
    "move_question",
    "move_section",
    "move_to_edition",
    "natural_class",
    "own_ids",
    "plan_from_pack",
    "problems_of",
    "questionnaire_of_plan",
    "reasons_about",
    "remove_question",
    "remove_section",
    "rename_section",
    "renew_own",
    "section_in",
    "section_with",
    "sections_of",
    "set_assessment",
    "set_parts",
    "set_weights",
    "shared_evenly",
    "weight_of",
]
