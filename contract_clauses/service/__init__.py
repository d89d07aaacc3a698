"""What people do with schedules and contracts."""

from contract_clauses.service.drafting import (
    DRAFTED_AT,
    NotDrafted,
    Overtaken,
    ReasonMissing,
    ScheduleHeld,
    decide_clause,
    fill_variable,
    refuse_held,
    release_schedule,
)

__all__ = [
    "DRAFTED_AT",
    "NotDrafted",
    "Overtaken",
    "ReasonMissing",
    "ScheduleHeld",
    "decide_clause",
    "fill_variable",
    "refuse_held",
    "release_schedule",
]
