"""How fast the service is, measured from outside. Figures depend on the machine; tests never do."""
