"""What visible and hidden tests call: small checks whose messages tell a learner what came and what was expected."""
