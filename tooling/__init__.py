"""Small programs that keep the house: they are run by the Makefile, never by the service."""
