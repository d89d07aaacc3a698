"""What is planned before publication: its sheets, its dates, what the law says about both."""
