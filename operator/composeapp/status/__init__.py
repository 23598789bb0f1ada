"""STATUS: turns what was planned, done and seen into the whole ``.status``; pure, time is an argument."""
