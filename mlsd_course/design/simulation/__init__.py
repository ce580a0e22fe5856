"""A simulated day: traffic through the architecture, and a verdict for each requirement."""
