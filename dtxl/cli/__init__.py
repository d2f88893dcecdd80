"""The command line: options → one call → print → exit status. click and rich live here, nowhere else."""
