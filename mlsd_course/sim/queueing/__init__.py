"""Queues: arrivals, service times, stations, the simulator and its backends, and the closed forms that check it."""
