"""Stages, timetable and the frozen questionnaire: plain Python, no web and no database."""
