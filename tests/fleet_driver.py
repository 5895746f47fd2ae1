"""Runs a fleet of two replicas of the model `scripted` until stdin ends: `PORT TOKEN_FILE`."""

import sys
from pathlib import Path

import ray
from ray import serve

from unmask_model.server.fleet import FleetOptions, fleet


def main() -> None:
    port, token_file = int(sys.argv[1]), Path(sys.argv[2])
    ray.init(num_cpus=4, include_dashboard=False, object_store_memory=80_000_000)
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    serve.run(fleet(FleetOptions(model="scripted", token_file=token_file, least=2, most=2)))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    serve.shutdown()
    ray.shutdown()


if __name__ == "__main__":
    main()
