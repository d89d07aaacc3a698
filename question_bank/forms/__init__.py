"""The forms of the question bank; one module for each thing entered."""
