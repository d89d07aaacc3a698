"""Progress of a bid and when it may change: plain Python, no web and no database."""
