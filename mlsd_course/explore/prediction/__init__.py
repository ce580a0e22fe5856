"""`predict` asks before `reveal` tells."""
