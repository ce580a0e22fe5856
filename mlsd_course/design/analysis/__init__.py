"""Arithmetic on a design: load, request time, availability, freshness, cost, size, and a simulated day."""
