"""Everything that changes what authorities make of the bank; one module for each thing."""
