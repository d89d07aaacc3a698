"""Who wrote the version of an own clause that is being worked on: they cannot agree to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any, Protocol

from contract_clauses.rules.editing import OwnClauseStatus


class Save(Protocol):
    """One time a clause was saved."""

    @property
    def status(self) -> OwnClauseStatus: ...

    @property
    def raw(self) -> Mapping[str, Any]: ...

    @property
    def saved_by_id(self) -> int: ...


def writers(saves: Sequence[Save]) -> frozenset[int]:
    """Return who changed words, or asked for agreement, since the clause was last ready.

    ``saves`` is every save, the newest first. Who sent the clause back wrote nothing of it.
    """
    since = list(takewhile(lambda save: save.status is not OwnClauseStatus.READY, saves))
    before: list[Mapping[str, Any] | None] = [save.raw for save in saves[1:]]
    return frozenset(
        save.saved_by_id
        for save, was in zip(since, [*before, None], strict=False)
        if save.status is OwnClauseStatus.ASKED or save.raw != was
    )
