"""A tender from draft to award, with the questionnaire frozen on the day it is published."""
