"""What a client is told of an answer: snapshots of the block, then a result or an error."""

from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.request import BlockSnapshot, InfillResult

Event = BlockSnapshot | InfillResult | UnmaskError
"""An UnmaskError or an InfillResult is the last of them."""
