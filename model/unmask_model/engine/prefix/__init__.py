"""What was read of a context, kept so that typing on reads only what is new."""
