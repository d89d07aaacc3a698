"""What is written about a tender as a whole: open data, and what is kept of it."""
