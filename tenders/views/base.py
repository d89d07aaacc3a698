"""What the pages about tenders share."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("tenders", __name__, url_prefix="/tenders", template_folder="../templates")
