"""All contracts of an authority in one look, and what rests on one company."""

from __future__ import annotations

from functools import cache

from flask import render_template
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from question_bank.loader import shipped_bank
from question_bank.rules.kinds.choices import countries
from records.queries.portfolio import Portfolio, portfolio_of
from records.rules.portfolio import (
    Runs,
    share_bars,
    shares_of_countries,
    shares_of_hosts,
    shares_of_subcontractors,
)
from records.views.blueprint import pages
from scoring.rules.drawing import Drawing
from scoring.rules.matrix import Band

# The schema of the question bank whose first column names schemes.
CERTIFICATE = "CERT"


@pages.app_template_filter("country_name")
def country_name(code: str) -> str:
    return countries().get(code, code)


@pages.app_template_filter("scheme_name")
def scheme_name(scheme: str) -> str:
    """Show a scheme of a certificate as the question bank calls it."""
    return _schemes().get(scheme, scheme)


@cache
def _schemes() -> dict[str, str]:
    columns = shipped_bank().schemas[CERTIFICATE].columns
    return {
        option.value: option.label
        for column in columns
        if column.id == "scheme"
        for option in column.options
    }


@pages.get("/portfolio")
@requires(Permission.CONTRACT_READ)
def portfolio() -> ResponseReturnValue:
    """Suppliers, certificates, open risks, and on whom the contracts rest together."""
    found = portfolio_of(signed_in_user())
    return render_template(
        "records/portfolio.html",
        portfolio=found,
        bands=tuple(Band)[::-1],
        runs=Runs,
        drawings=_drawings(found),
    )


@pages.get("/portfolio/companies/<string:company>")
@requires(Permission.CONTRACT_READ)
def portfolio_company(company: str) -> ResponseReturnValue:
    """Which contracts rest on one company."""
    found = portfolio_of(signed_in_user())
    one = found.company(company)
    return render_template("records/portfolio_company.html", portfolio=found, company=one)


def _drawings(found: Portfolio) -> list[Drawing]:
    """Return the pictures that have something to show."""
    of = len(found.readable)
    hosts = shares_of_hosts(found.companies, of)
    companies = shares_of_subcontractors(found.companies, of)
    in_countries = shares_of_countries(found.named, countries(), of)
    pictures = (
        ("hosts", "Hosts", "host", hosts),
        ("companies", "Subcontractors and hosts", "company", companies),
        ("countries", "Countries", "country", in_countries),
    )
    return [
        share_bars(name, title, of_what, shares)
        for name, title, of_what, shares in pictures
        if shares
    ]
