"""The pages that span every station."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("records", __name__, template_folder="../templates")
