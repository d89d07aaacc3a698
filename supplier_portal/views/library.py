"""The company's documents: certificates, policies and reports, each kept once."""
