"""The pages that span every station: open data, the record of a tender, the demonstration."""

from records.views import demonstration
from records.views.blueprint import pages

__all__ = ["demonstration", "pages"]
