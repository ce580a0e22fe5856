"""Technologies with their limits and prices, and orders of magnitude."""
