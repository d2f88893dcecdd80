"""The entry: `python -m tests.stress`."""

from tests.stress.run import main

main()
