"""Controls to result: the pure function behind each explorer."""
