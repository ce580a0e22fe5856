"""ML systems design as a flight simulator: one executable design, a simulator, real mini-systems and their explorers."""

__version__ = "0.1.0"
