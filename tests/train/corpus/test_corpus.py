import gzip
import json
from pathlib import Path

import pytest

from unmask_model.protocol.errors import RequestInvalid
from unmask_train.corpus import corpus
from unmask_train.corpus.corpus import Corpus, Document, write_corpus


def document(path: str, text: str = "x = 'é'\n") -> Document:
    return Document(package="mine", path=path, language="python", text=text)


def test_what_was_written_is_read_again_in_its_order(tmp_path: Path) -> None:
    documents = [document("b.py"), document("a.py", "π = 3\n")]
    write_corpus(tmp_path, {"train": documents, "held-out": []}, {})
    assert Corpus(tmp_path).documents() == documents


def test_splits_are_kept_apart(tmp_path: Path) -> None:
    splits = {"train": [document("a.py")], "held-out": [document("b.py")]}
    write_corpus(tmp_path, splits, {})
    assert Corpus(tmp_path).documents("held-out") == splits["held-out"]


def test_the_manifest_tells_what_the_caller_and_the_shards_say(tmp_path: Path) -> None:
    write_corpus(tmp_path, {"train": [document("a.py", "12345")]}, {"recipe": {"seed": 7}})
    manifest = Corpus(tmp_path).manifest
    assert manifest["recipe"] == {"seed": 7}
    [shard] = manifest["shards"]
    assert (shard["split"], shard["documents"], shard["characters"]) == ("train", 1, 5)


def test_a_long_corpus_is_cut_into_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "_SHARD_CHARACTERS", 10)
    documents = [document(f"{index}.py", "12345") for index in range(5)]
    write_corpus(tmp_path, {"train": documents}, {})
    assert [shard["documents"] for shard in Corpus(tmp_path).manifest["shards"]] == [2, 2, 1]
    assert Corpus(tmp_path).documents() == documents


def test_the_same_documents_are_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_corpus(tmp_path / folder, {"train": [document("a.py")]}, {})
    name = "train-000.jsonl.gz"
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_folder_whose_writing_was_broken_off_is_no_corpus(tmp_path: Path) -> None:
    write_corpus(tmp_path, {"train": [document("a.py")]}, {})
    with pytest.raises(TypeError):
        write_corpus(tmp_path, {"train": [document("a.py")]}, {"recipe": object()})
    with pytest.raises(RequestInvalid, match="holds no corpus"):
        Corpus(tmp_path)


def test_a_manifest_that_is_no_json_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(RequestInvalid, match="make one with `unmask train data`"):
        Corpus(tmp_path)


def test_shards_are_plain_json_lines(tmp_path: Path) -> None:
    write_corpus(tmp_path, {"train": [document("a.py", "pass\n")]}, {})
    with gzip.open(tmp_path / "train-000.jsonl.gz", "rt") as file:
        assert json.loads(file.readline()) == {
            "package": "mine",
            "path": "a.py",
            "language": "python",
            "text": "pass\n",
        }
