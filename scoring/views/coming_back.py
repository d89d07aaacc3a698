"""A workbook that comes back, of marks or of risks: shown before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.queries import Viewer
from tenders.models import Tender


class Proposal(Protocol):
    """Something a file would change. ``stands_at``: the number of what stands here."""

    @property
    def key(self) -> str: ...
    @property
    def stands_at(self) -> int: ...
    @property
    def written(self) -> Any: ...


class Preview(Protocol):
    """What a file would do; of the conflicts what somebody ticks."""

    @property
    def changes(self) -> Sequence[Any]: ...
    @property
    def conflicts(self) -> Sequence[Any]: ...


def ticked_ones() -> frozenset[str]:
    return frozenset(request.form.getlist("take"))


def chosen_of(preview: Preview) -> list[Any]:
    """Return what is to be applied: what was changed in the file alone, and what is ticked."""
    ticked = ticked_ones()
    return [*preview.changes, *(one for one in preview.conflicts if one.key in ticked)]


def is_as_shown(preview: Preview) -> bool:
    """Whether nothing changed here since the page with the preview was made."""
    return request.form.get("shown", "") == _shown(preview)


def preview_page(
    template: str,
    tender: Tender,
    viewer: Viewer,
    preview: Preview,
    carry: Callable[[Viewer, Tender, list[Any]], str],
    *,
    error: str,
    **more: object,
) -> ResponseReturnValue:
    """Show what a file would change; its rows travel in the page, so nothing is stored."""
    travels = [one.written for one in _all(preview)]
    page = render_template(
        template,
        tender=tender,
        preview=preview,
        carried=carry(viewer, tender, travels) if travels else "",
        shown=_shown(preview),
        ticked=ticked_ones(),
        error=error,
        **more,
    )
    return page, 422 if error else 200


def _shown(preview: Preview) -> str:
    """Return what tells one preview from another: what stands here for each thing in it."""
    return " ".join(f"{one.key}:{one.stands_at}" for one in _all(preview))


def _all(preview: Preview) -> list[Proposal]:
    return [*preview.changes, *preview.conflicts]
