"""A GGUF file becomes exactly the model transformers would have saved."""

import json
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModelForCausalLM

from unmask_model.protocol.errors import DownloadFailed, WeightsInvalid
from unmask_model.weights.gguf_to_safetensors import CONFIG, TENSORS, TOKENIZER, convert
from unmask_model.weights.safetensors.safetensors_writer import to_bf16

Q5_0, Q8_0 = gguf.GGMLQuantizationType.Q5_0, gguf.GGMLQuantizationType.Q8_0
EMBEDDING, HEAD = "model.embed_tokens.weight", "lm_head.weight"


@pytest.mark.parametrize("arch", ["qwen2", "llama"])
def test_every_tensor_comes_back_rounded_to_bf16(arch, write_gguf, model_tensors, tmp_path):
    tensors = model_tensors(arch)
    convert(write_gguf(arch, tensors=tensors), tmp_path / "out")
    written = load_file(tmp_path / "out" / TENSORS)
    assert written.keys() == tensors.keys()
    for name, values in tensors.items():
        assert torch.equal(written[name], torch.from_numpy(values).bfloat16()), name


@pytest.mark.parametrize("arch", ["qwen2", "llama"])
def test_transformers_builds_the_same_shapes_from_the_config(arch, write_gguf, tmp_path):
    convert(write_gguf(arch), tmp_path / "out")
    fields = json.loads((tmp_path / "out" / CONFIG).read_text())
    config = AutoConfig.for_model(fields.pop("model_type"), **fields)
    with torch.device("meta"):
        expected = AutoModelForCausalLM.from_config(config).state_dict()
    written = load_file(tmp_path / "out" / TENSORS)
    assert {name: tensor.shape for name, tensor in written.items()} == {
        name: tensor.shape for name, tensor in expected.items() if name != HEAD
    }
    assert config.rope_parameters["rope_theta"] == 1_000_000.0
    assert config.tie_word_embeddings
    assert config.num_key_value_heads == 2


def test_a_matrix_stored_twice_is_kept_once_in_its_more_precise_form(
    write_gguf, model_tensors, tmp_path
):
    tensors = model_tensors("qwen2")
    kinds = {EMBEDDING: Q5_0, HEAD: Q8_0}
    path = write_gguf(tensors=tensors, head=tensors[EMBEDDING], quantized=kinds)
    convert(path, tmp_path / "out")
    written = load_file(tmp_path / "out" / TENSORS)
    precise = gguf.dequantize(gguf.quantize(tensors[EMBEDDING], Q8_0), Q8_0)
    assert HEAD not in written
    assert torch.equal(written[EMBEDDING], torch.from_numpy(precise).bfloat16())


def test_a_head_of_its_own_stays_a_head_of_its_own(write_gguf, model_tensors, tmp_path):
    tensors = model_tensors("qwen2")
    convert(write_gguf(tensors=tensors, head=-tensors[EMBEDDING]), tmp_path / "out")
    written = load_file(tmp_path / "out" / TENSORS)
    assert torch.equal(written[HEAD], -written[EMBEDDING])
    assert not json.loads((tmp_path / "out" / CONFIG).read_text())["tie_word_embeddings"]


def test_rounding_to_bf16_is_that_of_torch():
    values = np.random.default_rng(1).normal(size=10_000).astype(np.float32)
    values[:4] = [0.0, -0.0, 1.00390625, 1.01171875]  # the last two are ties
    expected = torch.from_numpy(values).bfloat16().view(torch.uint16).numpy()
    assert np.array_equal(to_bf16(values), expected)


@pytest.mark.parametrize(
    "text",
    [
        "    return x\n",
        "\treturn\r\n\r\n\x0c  a  =  1 \n",
        "naïve e\u0301 日本 🎉 \u200b\ufeff",
        "it's 12345 <|endoftext|> <tool> [PAD0]",
    ],
)
def test_text_survives_the_tokenizer_character_by_character(text, write_gguf, tmp_path):
    convert(write_gguf(), tmp_path / "out")
    tokenizer = Tokenizer.from_file(str(tmp_path / "out" / TOKENIZER))
    for special in (False, True):
        tokenizer.encode_special_tokens = special
        ids = tokenizer.encode(text).ids
        assert tokenizer.decode(ids, skip_special_tokens=False) == text


def test_tokens_keep_the_ids_of_the_file(write_gguf, tmp_path):
    path = write_gguf()
    tokens = gguf.GGUFReader(path).fields["tokenizer.ggml.tokens"].contents()
    convert(path, tmp_path / "out")
    tokenizer = Tokenizer.from_file(str(tmp_path / "out" / TOKENIZER))
    named = [token for token in tokens if not token.startswith("[PAD")]
    assert [tokenizer.token_to_id(token) for token in named] == list(range(len(named)))
    assert tokenizer.get_vocab_size() == len(named)
    assert tokenizer.encode("    return").tokens == ["ĠĠ", "Ġ", "Ġ", "return"]


def _refused(write: Callable[[], Path], folder: Path, words: str) -> None:
    with pytest.raises(WeightsInvalid, match=words):
        convert(write(), folder)
    assert not list(folder.parent.glob("out*"))


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"qwen2.rope.scaling.type": "yarn"}, "scales its rotary"),
        ({"tokenizer.ggml.pre": "chatglm-bpe"}, "rules of `chatglm-bpe`"),
    ],
)
def test_what_would_be_converted_wrongly_is_refused(metadata, words, write_gguf, tmp_path):
    _refused(lambda: write_gguf(metadata=metadata), tmp_path / "out", words)


def test_an_unknown_tensor_is_refused(write_gguf, model_tensors, tmp_path):
    tensors = model_tensors("qwen2") | {"blk.0.attn_sinks.weight": np.zeros(4, np.float32)}
    _refused(lambda: write_gguf(tensors=tensors), tmp_path / "out", "attn_sinks")


def test_a_truncated_file_is_refused(write_gguf, tmp_path):
    path = write_gguf()
    path.write_bytes(path.read_bytes()[:3000])
    _refused(lambda: path, tmp_path / "out", "broken GGUF")


def test_an_interrupted_conversion_leaves_nothing(write_gguf, tmp_path):
    def interrupt(stage: str, done: int, total: int) -> None:
        if total and done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert(write_gguf(), tmp_path / "out", interrupt)
    assert not list(tmp_path.glob("out*"))


@pytest.mark.fault(
    "the disk is full where the weights go",
    "one line that names the folder and `UNMASK_CACHE`; nothing half-written stays",
)
def test_a_disk_that_fills_up_is_one_line_and_leaves_nothing(write_gguf, tmp_path):
    def fill_up(stage: str, done: int, total: int) -> None:
        if done:
            raise OSError(28, "No space left on device")

    with pytest.raises(DownloadFailed, match=r"No space left on device.*UNMASK_CACHE"):
        convert(write_gguf(), tmp_path / "out", fill_up)
    assert not list(tmp_path.glob("out*"))


@pytest.mark.fault(
    "power lost while weights are written",
    "the copy is made again: it has its name only once it is on the disk",
)
def test_a_copy_is_on_the_disk_before_it_has_its_name(write_gguf, tmp_path, monkeypatch):
    done: list[str] = []
    monkeypatch.setattr("os.fsync", lambda file: done.append("flushed"))
    monkeypatch.setattr("os.replace", lambda old, new: done.append("named"))
    convert(write_gguf(), tmp_path / "out")
    assert done == ["flushed", "flushed", "flushed", "flushed", "named"]


def test_progress_ends_at_the_size_of_the_tensors(write_gguf, tmp_path):
    seen: list[tuple[str, int, int]] = []
    convert(write_gguf(), tmp_path / "out", lambda *step: seen.append(step))
    stage, done, total = seen[-1]
    assert (stage, done) == ("converting", total)
    assert total < (tmp_path / "out" / TENSORS).stat().st_size
