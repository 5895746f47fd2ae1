"""What a run leaves behind: recipe, checkpoints, history, plot."""
