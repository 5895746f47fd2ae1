"""Names in a converted folder: its files, and the inputs of its graphs.

body.onnx, body.bin     the layers: rows and kept keys and values to normed rows and new ones
head.onnx, head.bin     normed rows to logits
embedding*.npy          rows of the tokens
mask.npy, head_ids.npy  what the adapter says of masked places and of the columns of the logits
decoder.json            sizes, angles, block
tokenizer.json          the base's tokenizer
"""

BODY, HEAD = "body", "head"
SETTINGS = "decoder.json"
MASK, HEAD_IDS = "mask.npy", "head_ids.npy"
TOKENIZER = "tokenizer.json"

STRETCHES = ("context", "block")
"""The two stretches of kept tokens that attention goes over, beside the new rows."""
