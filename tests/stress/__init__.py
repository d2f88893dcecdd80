"""`make stress`: the long rounds, one at a time or all; each writes its own section of docs/stress.md.

`python -m tests.stress [ROUND…] [--size small|full]`, or `make stress ROUNDS="kills calls"`. A round fails (status 1,
naming the case and its seed) where what it holds true is broken; then its section stays what it was.
"""
