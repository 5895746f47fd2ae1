"""What a run leaves behind: recipe, checkpoints, history, plot. Knows no model."""

__all__ = ["checkpoints", "history", "loss_plot", "recipe"]
