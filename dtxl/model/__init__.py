"""Frozen values in the words of the field; no input or output."""
