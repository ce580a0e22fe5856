"""What rules find in a design, gravest first."""
