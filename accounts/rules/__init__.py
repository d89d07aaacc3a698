"""The role table: plain Python, no web and no database."""
