"""Pages about tenders; each module registers its own on ``base.pages``."""

from tenders.views import coverage, main, plan, plan_questions, triage
from tenders.views.base import pages

__all__ = ["coverage", "main", "pages", "plan", "plan_questions", "triage"]
