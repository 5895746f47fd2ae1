"""How one request is answered: its candidates, its canvases, its deadline."""
