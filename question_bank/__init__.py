"""The questions a borough may ask, versioned, with how they are marked and what they raise."""
