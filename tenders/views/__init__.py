"""Pages about tenders; each module registers its own on ``base.pages``."""

from tenders.views import coverage, keeping, main, plan, plan_questions, triage
from tenders.views.base import pages

__all__ = ["coverage", "keeping", "main", "pages", "plan", "plan_questions", "triage"]
