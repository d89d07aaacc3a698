"""Pages about tenders; each module registers its own on ``base.pages``."""

from tenders.views import coverage, main, plan, triage
from tenders.views.base import pages

__all__ = ["coverage", "main", "pages", "plan", "triage"]
