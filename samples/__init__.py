"""Data that ships with the tool: units, offices, the sample plan."""
