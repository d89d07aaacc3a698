"""Passages and files the company asks to be kept from others."""
