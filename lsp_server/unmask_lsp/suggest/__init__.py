"""From a block to a suggestion, or to the reason for silence.

Knows neither LSP nor how an engine is reached.
"""
