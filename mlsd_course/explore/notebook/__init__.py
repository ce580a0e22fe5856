"""What connects a widget to its notebook, its kernel and its server."""
