"""The supplier's pages."""

# Each module adds its pages to the blueprint.
from supplier_portal.views import bids, files, questions, rows, submitting, versions  # noqa: F401, I001
from supplier_portal.views.base import pages

__all__ = ["pages"]
