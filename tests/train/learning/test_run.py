"""Training a tiny decoder for a few steps."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny import tiny_model

from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.causal_block.torch_backend import TorchBackend
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_train.corpus.corpus import Document, write_corpus
from unmask_train.learning.adaptation import Adaptation
from unmask_train.learning.card import write_card
from unmask_train.learning.material import Material
from unmask_train.learning.run import ADAPTER, Run
from unmask_train.learning.world import World
from unmask_train.records.recipe import Recipe

TEXTS = ["".join(f"def f{i}_{k}(x):\n    return x + {k}\n\n" for k in range(30)) for i in range(4)]
RECIPE = Recipe(
    minutes=0.05,
    rank=4,
    learning_rate=5e-3,
    contexts=2,
    blocks=2,
    lengths=(8,),
    lefts=(60,),
    rights=(20,),
)


@pytest.fixture
def material(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Material:
    monkeypatch.setattr("unmask_train.learning.material.best_dtype", lambda _device: torch.float32)
    documents = [
        Document(package="p", path=f"{i}.py", language="python", text=text)
        for i, text in enumerate(TEXTS)
    ]
    package = {"name": "p", "version": "1", "licence": "MIT", "split": "train", "characters": 9}
    corpus = tmp_path / "corpus"
    write_corpus(corpus, {"train": documents, "held-out": documents}, {"packages": [package]})
    folder = tmp_path / "base"
    folder.mkdir()
    return Material.open(tiny_model(folder, "qwen2").files, corpus)


def trained(material: Material, folder: Path, recipe: Recipe = RECIPE) -> list[float]:
    losses: list[float] = []
    run = Run(material, recipe, folder)
    run.train(lambda _, figures: losses.append(figures["loss"]))
    return losses


def test_a_batch_can_be_learned_by_heart(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(material, replace(RECIPE, minutes=60.0, warm_up=0.0), tmp_path / "run")
    batch = run._draw()
    monkeypatch.setattr(run, "_draw", lambda: batch)
    losses = [run._step()["loss"] for _ in range(60)]
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that torch can use")
def test_a_gpu_learns_what_the_processor_learns(material: Material, tmp_path: Path) -> None:
    gpu = torch.device("cuda")
    there = replace(
        material,
        checkpoint=(checkpoint := material.checkpoint.to(gpu)),
        decoder=checkpoint.decoder(),
        head_ids=material.head_ids.to(gpu),
    )
    here = Run(material, RECIPE, tmp_path / "here")
    far = Run(there, RECIPE, tmp_path / "there", world=World(device=gpu))
    for _ in range(3):
        assert far._step()["loss"] == pytest.approx(here._step()["loss"], abs=1e-2)


def test_a_run_that_was_killed_goes_on_where_it_was(material: Material, tmp_path: Path) -> None:
    first = Run(material, RECIPE, tmp_path / "run")
    first._step()
    first._step()
    first.save()
    second = Run(material, RECIPE, tmp_path / "run")
    assert second.progress == first.progress
    for name, parameter in second.adaptation.parameters().items():
        assert torch.equal(parameter, first.adaptation.parameters()[name])


def test_its_adapter_opens_in_the_product(material: Material, tmp_path: Path) -> None:
    trained(material, tmp_path / "run")
    adapter = Adapter.open(tmp_path / "run" / ADAPTER, material.base.sha256)
    checkpoint = Checkpoint.open(material.base.config, material.base.tensors, torch.float32)
    model = CausalBlock(TorchBackend(checkpoint, adapter), open_vocabulary(material.base.tokenizer))
    assert model.block == 8


def test_an_adapter_of_the_first_layers_is_served_on_those(
    material: Material, tmp_path: Path
) -> None:
    trained(material, tmp_path / "run", replace(RECIPE, layers=1))
    adapter = Adapter.open(tmp_path / "run" / ADAPTER, material.base.sha256)
    checkpoint = Checkpoint.open(material.base.config, material.base.tensors, torch.float32)
    backend = TorchBackend(checkpoint, adapter)
    assert not [name for name in adapter.tensors if name.startswith("layers.1.")]
    assert (len(backend._base.layers), len(backend._adapted.layers)) == (1, 1)


def test_a_new_run_can_start_from_an_adapter(material: Material, tmp_path: Path) -> None:
    trained(material, tmp_path / "one")
    adapter = Adapter.open(tmp_path / "one" / ADAPTER, material.base.sha256)
    run = Run(material, RECIPE, tmp_path / "two", start=adapter)
    assert run.progress.step == 0
    up = "layers.0.qkv.up"
    assert torch.allclose(run.adaptation.parameters()[up], adapter.tensors[up].float())


def test_the_card_tells_base_data_recipe_and_loss(material: Material, tmp_path: Path) -> None:
    trained(material, tmp_path / "run")
    card = write_card(tmp_path / "run", tmp_path / "corpus").read_text()
    for wanted in (material.base.sha256, "| p | 1 | MIT |", "learning_rate", "mean right run"):
        assert wanted in card
    history = (tmp_path / "run" / "history.jsonl").read_text().splitlines()
    assert "reading" in json.loads(history[-1])


def test_merged_weights_have_the_gradients_of_the_usual_form(material: Material) -> None:
    """The oracle: rows @ base.T + (rows @ down.T) @ up.T, differentiated by autograd."""
    adaptation = Adaptation(material.checkpoint, 4, material.mask_row, seed=0)
    adapted = adaptation.decoder.layers[0].mlp.down
    with torch.no_grad():
        adapted.up.normal_()
    adapted.merge()
    rows = torch.randn(5, 48, requires_grad=True)
    weigh = torch.randn(5, 32)
    ours = torch.autograd.grad((adapted(rows) * weigh).sum(), [rows, adapted.down, adapted.up])
    usual = material.decoder.layers[0].mlp.down(rows) + (rows @ adapted.down.T) @ adapted.up.T
    theirs = torch.autograd.grad((usual * weigh).sum(), [rows, adapted.down, adapted.up])
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, atol=1e-5)
