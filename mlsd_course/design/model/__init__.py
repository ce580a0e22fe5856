"""A design as a value: parts with checked fields, grouped in the four steps of the framework."""
