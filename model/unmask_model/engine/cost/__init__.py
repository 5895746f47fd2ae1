"""What a pass takes here, and what therefore fits into the time there is."""
