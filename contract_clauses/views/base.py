"""The blueprint of the pages of clauses."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("contract_clauses", __name__, template_folder="../templates")
