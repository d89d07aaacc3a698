"""What bidders are told of the outcome."""
