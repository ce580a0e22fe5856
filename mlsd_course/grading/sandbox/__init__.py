"""What runs a submission's cells: processes, namespaces and messages. Nothing here is trusted with points."""
