"""The supplier's pages."""

from __future__ import annotations

from flask import Blueprint

import supplier_portal.models  # noqa: F401  (the migrations look at every table)

pages = Blueprint("supplier_portal", __name__, template_folder="templates")
