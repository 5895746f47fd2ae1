"""llama.cpp's own server in a process of its own; `llama_server.py GGUF THREADS` prints where.

From the package `xllamacpp` (extra `bench`), which is llama.cpp built with Python around it. Ends
with its standard input.
"""

import sys

import xllamacpp

CONTEXT = 4096
"""Tokens there is room for."""


def main(gguf: str, threads: int) -> None:
    """Serve until standard input ends."""
    params = xllamacpp.CommonParams()
    params.model.path = gguf
    params.n_ctx, params.n_parallel, params.n_predict = CONTEXT, 1, 256
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.n_gpu_layers, params.port, params.verbosity = 0, 0, 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
