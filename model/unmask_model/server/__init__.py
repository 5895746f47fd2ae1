"""HTTP over an engine. Knows no tensor."""
