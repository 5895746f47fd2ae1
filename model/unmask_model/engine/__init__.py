"""Many requests, one model, one thread. Knows no HTTP."""
