"""The pages of the evaluation. Before the bids are opened each of them is a 404."""

from scoring.views import bids, controls, downloads, marks, risks  # noqa: F401, I001  (they add their pages)
from scoring.views.blueprint import pages

__all__ = ["pages"]
