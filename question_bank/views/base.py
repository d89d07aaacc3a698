"""What the pages of the question bank share."""

from __future__ import annotations

from flask import Blueprint

from question_bank import models  # noqa: F401 (its tables belong to the application)

pages = Blueprint("question_bank", __name__, url_prefix="/bank", template_folder="../templates")
