"""Adapters, one for each file library: read, write, fill, safe writing. No knowledge of plans."""
