"""Several processes that train one adapter."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from tiny import tiny_model

from unmask_model.transformer.adapter import Adapter
from unmask_model.weights.base_files import open_base
from unmask_train.corpus.corpus import Document, write_corpus
from unmask_train.learning.world import World

TEXT = "".join(f"def f_{k}(x):\n    return x + {k}\n\n" for k in range(40))


def test_a_process_alone_waits_for_nobody() -> None:
    world = World.join()
    tensor = torch.tensor([1.0, 2.0])
    world.average([tensor])
    assert world.first
    assert tensor.tolist() == [1.0, 2.0]
    assert world.agree(0.5) == 0.5
    world.leave()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_processes_that_torchrun_started_make_one_adapter(tmp_path: Path) -> None:
    documents = [Document(package="p", path="a.py", language="python", text=TEXT)]
    corpus, base, out = tmp_path / "corpus", tmp_path / "base", tmp_path / "run"
    package = {"name": "p", "version": "1", "licence": "MIT", "split": "train", "characters": 9}
    write_corpus(corpus, {"train": documents, "held-out": documents}, {"packages": [package]})
    base.mkdir()
    tiny_model(base, "qwen2")
    train = ["train", "run", "--corpus", corpus, "--out", out, "--base", base]
    for minutes in (0.05, 0.1):  # the second goes on where the first was
        torchrun(2, "unmask_lsp", *map(str, train), "--minutes", str(minutes))
    steps = [json.loads(line) for line in (out / "history.jsonl").read_text().splitlines()]
    assert [one["step"] for one in steps if "loss" in one] == [*range(1, steps[-1]["step"] + 1)]
    assert len([one for one in steps if "reading" in one]) == 2
    assert steps[0]["examples"] == 2 * 4 * 2  # processes, contexts of a part, parts
    assert Adapter.open(out / "adapter.safetensors", open_base(str(base)).sha256)


def torchrun(processes: int, module: str, *arguments: str) -> None:
    launch = ["torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    done = subprocess.run(
        [sys.executable, "-m", *launch, "-m", module, *arguments],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
