"""The prices of a bid: entered online or in a workbook, saved apart from the answers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.canonical import canonical_json
from foundation.errors import DomainError
from supplier_portal import overview, queries
from supplier_portal.forms import whole_number
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace
from supplier_portal.prices_forms import PricesForm, PriceWorkbookForm, prices_form
from supplier_portal.queries.prices import PricesOf, prices_numbered, prices_of
from supplier_portal.rules.prices import PricesOvertaken, contradictions, pounds
from supplier_portal.rules.submission import must_be_open
from supplier_portal.service.prices import save_prices
from supplier_portal.views.base import download, may, may_write, pages, workspace_for
from supplier_portal.views.typed import typing_on
from supplier_portal.views.workbook import EXCEL
from supplier_portal.views.workbook import download as download_bytes
from supplier_portal.workbook.package import NotAWorkbook

if TYPE_CHECKING:
    from supplier_portal.workbook.prices import PricesRead

ADDRESS = "/bids/<token:bid>/prices"
TYPED_PAGE = "prices"


@pages.get(ADDRESS)
@requires(Permission.BID_READ)
def prices(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    found = _prices(workspace.bid)
    typing = typing_on(workspace.bid, TYPED_PAGE)
    form = prices_form(
        found.schedule, found.saved.prices, found.saved.number, formdata=typing.fields
    )
    return prices_page(workspace, found, form, typing=typing)


@pages.post(ADDRESS)
@requires(Permission.ANSWER_WRITE)
def change_prices(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    found = _prices(workspace.bid)
    form = prices_form(found.schedule, {}, 0)
    if form.validate_on_submit():
        try:
            save_prices(
                workspace.bid,
                form.prices(found.schedule),
                based_on=whole_number(form.version.data or ""),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except PricesOvertaken as overtaken:
            found = _prices(workspace.bid)
            form.add_error(str(overtaken))
            form.version.data = str(found.saved.number)
            form.version.raw_data = [form.version.data]
            return prices_page(workspace, found, form, beside=found), 409
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(saved_in_words(_prices(workspace.bid)))
            return redirect(url_for(".prices", bid=workspace.bid.token))
    return prices_page(workspace, found, form), 422


@pages.get(ADDRESS + ".xlsx")
@requires(Permission.ANSWER_WRITE)
def prices_workbook(bid: str) -> ResponseReturnValue:
    from supplier_portal.workbook.prices import (  # with the library for Excel
        AboutPrices,
        write_prices,
    )

    found = queries.my_bid(signed_in_user(), bid, to=Permission.ANSWER_WRITE)
    asked, tender = _prices(found), found.tender
    about = AboutPrices(
        tender.title,
        tender.reference,
        tender.authority.name,
        found.supplier.legal_name,
        tender.token,
    )
    data = write_prices(asked.schedule, asked.saved.prices, about)
    return download_bytes(data, EXCEL, f"prices-{tender.reference}.xlsx")


@pages.post(ADDRESS + "/workbook")
@requires(Permission.ANSWER_WRITE)
def compare_prices(bid: str) -> ResponseReturnValue:
    """Show what was understood of a workbook. Nothing is stored."""
    from supplier_portal.workbook.prices import read_prices  # with the library for Excel

    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    found, form = _prices(workspace.bid), PriceWorkbookForm()
    if form.validate_on_submit():
        try:
            # Before anything is read: what comes too late changes nothing.
            window = queries.window_of(workspace.bid.tender)
            must_be_open(window, clock.arrived_at(), "upload a workbook")
            read = read_prices(form.file.data.stream, found.schedule)
            return read_page(workspace, found, read)
        except NotAWorkbook as error:
            form.add_error(str(error), "file")
        except DomainError as error:
            form.add_error(str(error))
    shown = prices_form(found.schedule, found.saved.prices, found.saved.number, formdata=None)
    return prices_page(workspace, found, shown, upload=form), 422


@pages.get(ADDRESS + "/<int:number>.json")
@requires(Permission.BID_READ)
def prices_file(bid: str, number: int) -> ResponseReturnValue:
    """One version with the salt of its hash: what proves which prices a bid named."""
    found = queries.my_bid(signed_in_user(), bid)
    saved = prices_numbered(found, number)
    text = {"text": saved.offer.text, "salt": saved.salt.hex(), "commitment": saved.commitment}
    return download(canonical_json(text), f"prices-{number}.json")


def prices_page(
    workspace: Workspace,
    found: PricesOf,
    form: PricesForm,
    *,
    typing: Any = None,
    beside: PricesOf | None = None,
    upload: PriceWorkbookForm | None = None,
) -> str:
    bid = workspace.bid
    return render_template(
        "supplier_portal/prices.html",
        bid=bid,
        found=found,
        form=form,
        typing=typing or typing_on(bid, TYPED_PAGE),
        beside=beside,
        upload=upload or PriceWorkbookForm(formdata=None),
        contradictions=contradictions_of(workspace, found, found.saved.prices),
        part_links=part_links(workspace),
        writable=may_write(bid),
        may_write=may(bid, Permission.ANSWER_WRITE),
        closed=overview.why_closed(bid, clock.arrived_at()),
    )


def read_page(workspace: Workspace, found: PricesOf, read: PricesRead) -> str:
    taken = {**found.saved.prices, **read.prices}
    form = prices_form(found.schedule, taken, found.saved.number, formdata=None)
    return render_template(
        "supplier_portal/prices_read.html",
        bid=workspace.bid,
        found=found,
        form=form,
        read=read,
        total=found.schedule.total(taken),
        contradictions=contradictions_of(workspace, found, taken),
        part_links=part_links(workspace),
    )


def contradictions_of(
    workspace: Workspace, found: PricesOf, prices: Mapping[str, Decimal]
) -> tuple[Any, ...]:
    """Return where prices and the answers that are asked do not agree."""
    asked = workspace.situation.parts
    answers = {part: value for part, value in workspace.answers.items() if part in asked}
    return contradictions(found.schedule, prices, answers)


def part_links(workspace: Workspace) -> Any:
    """Return where the answer to a part is changed, by its id."""

    def link(part_id: str) -> str:
        asked = workspace.questionnaire.question_of_part(part_id)
        if asked is None:
            return url_for("supplier_portal.task_list", bid=workspace.bid.token)
        place = url_for("supplier_portal.question", bid=workspace.bid.token, question=asked.id)
        return f"{place}#part-{part_id.replace('.', '-')}"

    return link


def saved_in_words(found: PricesOf) -> str:
    if found.total is not None:
        return f"The prices are saved. The total is {pounds(found.total)}"
    left = len(found.missing)
    lines = "1 line has" if left == 1 else f"{left} lines have"
    return f"The prices are saved. {lines} no price yet"


def _prices(bid: Bid) -> PricesOf:
    """Return the schedule with the prices saved. Raises NoResultFound where none are asked for."""
    found = prices_of(bid)
    if found is None:
        raise NoResultFound
    return found


@pages.app_context_processor
def what_pages_say_of_prices() -> dict[str, Any]:
    """Functions, so that a page that does not ask pays nothing."""
    return {
        "prices_of": prices_of,
        "pounds": pounds,
        "price_contradictions": contradictions_of,
        "price_part_links": part_links,
    }
