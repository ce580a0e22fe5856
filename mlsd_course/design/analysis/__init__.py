"""Arithmetic on a design: load, request time, availability, freshness, cost, size, sensitivity."""
