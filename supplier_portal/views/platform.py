"""What a bid records of the Central Digital Platform, so that nothing there is asked again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from supplier_portal import queries, service
from supplier_portal.forms import ConfirmForm, whole_number
from supplier_portal.models import Bid
from supplier_portal.platform_forms import OnPlatformForm, PlatformFileForm
from supplier_portal.queries.platform import is_above_threshold, platform_gaps, recorded
from supplier_portal.rules.platform import IN_WORDS, OnPlatform
from supplier_portal.views.base import may_write, pages
from supplier_portal.views.typed import Typing, typing_on

ADDRESS = "/bids/<token:bid>/platform"
ONE = ADDRESS + "/<int:number>"


@pages.context_processor
def platform_on_check() -> dict[str, object]:
    """What the check page calls: what regulation 6 still wants of this bid."""
    return {"platform_gaps": platform_gaps}


@pages.get(ADDRESS)
@requires(Permission.BID_READ)
def platform(bid: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid)
    return render_template(
        "supplier_portal/platform.html",
        bid=found,
        listed=recorded(found),
        gaps=platform_gaps(found),
        above=is_above_threshold(found),
        in_words=IN_WORDS,
        form=ConfirmForm(),
        writable=may_write(found),
    )


@pages.get(ONE)
@requires(Permission.ANSWER_WRITE)
def on_platform(bid: str, number: int) -> ResponseReturnValue:
    """A supplier of the bid on the platform; number 0 is another one."""
    found = queries.my_bid(signed_in_user(), bid, to=Permission.ANSWER_WRITE)
    typing = typing_for(found, number)
    return entry_page(
        found, number, OnPlatformForm(entry_of(found, number), formdata=typing.fields), typing
    )


@pages.post(ONE)
@requires(Permission.ANSWER_WRITE)
def save_on_platform(bid: str, number: int) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.ANSWER_WRITE)
    form = OnPlatformForm(entry_of(found, number))
    if form.validate_on_submit():
        try:
            service.save_on_platform(
                found,
                number,
                form.entry(),
                based_on=whole_number(request.form.get("version", "")),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Saved")
            return redirect(url_for(".platform", bid=bid))
    return entry_page(found, number, form, typing_for(found, number)), 422


@pages.post(ONE + "/file")
@requires(Permission.EVIDENCE_WRITE)
def attach_to_platform(bid: str, number: int) -> ResponseReturnValue:
    """Keep the PDF that the platform made of what was shared."""
    found = queries.my_bid(signed_in_user(), bid, to=Permission.EVIDENCE_WRITE)
    entry, pdf = entry_of(found, number), PlatformFileForm()
    if entry is None:
        raise NoResultFound
    if pdf.validate_on_submit():
        try:
            service.attach_to_platform(
                found, number, pdf.new_file(), by=signed_in_user(), arrived_at=clock.arrived_at()
            )
        except DomainError as error:
            pdf.add_error(str(error), error.field)
        else:
            flash("File added")
            return redirect(url_for(".platform", bid=bid))
    form = OnPlatformForm(entry, formdata=None)
    return entry_page(found, number, form, typing_for(found, number), pdf), 422


@pages.post(ONE + "/remove")
@requires(Permission.ANSWER_WRITE)
def remove_from_platform(bid: str, number: int) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.ANSWER_WRITE)
    service.remove_from_platform(
        found,
        number,
        based_on=whole_number(request.form.get("version", "")),
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    flash("Taken off the list")
    return redirect(url_for(".platform", bid=bid))


def entry_of(bid: Bid, number: int) -> OnPlatform | None:
    """Return the ``number``-th supplier, None for 0. Raises NoResultFound (a 404)."""
    if number == 0:
        return None
    suppliers = recorded(bid).suppliers
    if number > len(suppliers):
        raise NoResultFound
    return suppliers[number - 1]


def typing_for(bid: Bid, number: int) -> Typing:
    return typing_on(
        bid, f"platform/{number}", here=url_for(".on_platform", bid=bid.token, number=number)
    )


def entry_page(
    bid: Bid,
    number: int,
    form: OnPlatformForm,
    typing: Typing,
    pdf: PlatformFileForm | None = None,
) -> str:
    version = recorded(bid).version
    # What was typed before is used on the list as it stands, and says so if that has changed.
    typed = typing.fields
    is_older = typed is not None and typed.get("version") != str(version)
    return render_template(
        "supplier_portal/platform_entry.html",
        bid=bid,
        number=number,
        form=form,
        typing=typing,
        pdf=pdf or PlatformFileForm(formdata=None),
        version=request.form.get("version") or version,
        is_older=is_older,
        closed="" if may_write(bid) else "Nothing can be changed any more",
    )
