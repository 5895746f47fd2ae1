"""A family without weights that answers from a script, for tests of everything around it."""
