"""Other counters: their rules, what they print for a network, and why."""
