"""The stages wired together: the only place, with `simulate`, that sees several of them."""
