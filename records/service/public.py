"""What officers write for the public and for notices, and when it becomes public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.queries import Viewer
from foundation.database import transaction
from foundation.errors import DomainError
from records.rules.figures import check_figures
from records.rules.public import DRAFT, HIDDEN, PUBLISHED, STATE
from records.rules.sheets import PUBLIC, SheetPage
from records.service.open_data import write_releases
from tenders import planning
from tenders.models import Tender
from tenders.rules.outcome import with_page
from tenders.service.planning import SheetChanged, save_sheet


class NotForThePublic(DomainError):
    """A page cannot become public as it stands."""


def save_page(
    tender: Tender, page: SheetPage, values: Mapping[str, Any], *, version: int, by: Viewer
) -> None:
    """Keep what one page says. What is public stays as it is until it is published again.

    Raises SheetChanged and WrongFigure.
    """
    check_figures(values)
    with transaction():
        kept = planning.latest(tender, page.sheet)
        before = {name: value for name, value in kept.value.items() if name != STATE}
        after = with_page(page.page, before, values)
        if after == before:
            return
        state = {STATE: DRAFT} if page.sheet == PUBLIC else {}
        save_sheet(tender, page.sheet, {**after, **state}, version=version, by=by)


def publish_page(tender: Tender, *, version: int, by: Viewer) -> None:
    """Show everybody the page as it stands, and the open data of the tender with it.

    Raises NotForThePublic, and SheetChanged if somebody saved it in between.
    """
    with transaction():
        current = planning.latest(tender, PUBLIC)
        if tender.published_at is None:
            raise NotForThePublic(
                "You cannot publish this page because the tender is a draft: publish the tender "
                "first"
            )
        if not current.value.get("what"):
            raise NotForThePublic(
                "You cannot publish this page because it does not say yet what is being bought"
            )
        _save_state(tender, PUBLISHED, version=version, by=by)
        write_releases(tender)


def hide_page(tender: Tender, *, version: int, by: Viewer) -> None:
    """Take the page and the open data off the public. Raises SheetChanged."""
    with transaction():
        _save_state(tender, HIDDEN, version=version, by=by)


def _save_state(tender: Tender, state: str, *, version: int, by: Viewer) -> None:
    current = planning.latest(tender, PUBLIC)
    if current.version != version:
        raise SheetChanged(current)
    save_sheet(tender, PUBLIC, {**current.value, STATE: state}, version=version, by=by)


__all__ = ["NotForThePublic", "SheetChanged", "hide_page", "publish_page", "save_page"]
