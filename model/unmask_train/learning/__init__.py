"""The run: network, objective, schedule."""
