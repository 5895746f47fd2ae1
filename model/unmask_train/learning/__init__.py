"""The run: network, objective, schedule. Knows no package and no licence."""

__all__ = ["card", "material", "run", "world"]
