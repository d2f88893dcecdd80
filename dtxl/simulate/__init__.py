"""Returns as agencies would send them: for training, for the demo and for tests."""

from dtxl.simulate.run import Simulated, simulate

__all__ = ["Simulated", "simulate"]
