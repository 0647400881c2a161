"""Cases: what opens one, whose it is, how it is followed up and closed, and what is told when it is forgotten."""
