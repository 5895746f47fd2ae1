"""Models that somebody else serves: text leaves this machine, and only where the user said so."""
