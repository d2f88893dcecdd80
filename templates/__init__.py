"""What staff may edit: Word templates and layout profiles."""
