"""Codes, errors, numbers, text and settings: the ground floor, standard library only."""
