"""Ids of a checkpoint's special tokens by their role, read from its files and never written here.

Looked at in order: `<role>_token` in the tokenizer's settings, `<role>_token_id` in config.json
and generation_config.json, and last a token that is spelled like its role. The tokenizer comes
first since configurations often keep what the model they come from had.
"""

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from unmask_model.protocol.errors import WeightsInvalid

NAMES = ("tokenizer_config.json", "special_tokens_map.json")
IDS = ("config.json", "generation_config.json")


class SpecialTokens:
    """The special tokens of the model in a folder."""

    def __init__(self, folder: Path, tokenizer: Tokenizer) -> None:
        self._folder, self._tokenizer = folder, tokenizer
        self._names = [_read(folder / name) for name in NAMES]
        self._ids = [_read(folder / name) for name in IDS]

    def find(self, role: str) -> int | None:
        """Return the id of the token with a role such as "mask"; None where there is none."""
        named = [_text(fields.get(f"{role}_token")) for fields in self._names]
        numbered = [_first(fields.get(f"{role}_token_id")) for fields in self._ids]
        spelled = [f"<|{role}|>", f"<|{role.upper()}|>", f"|<{role.upper()}>|"]
        candidates = [*map(self._id, named), *numbered, *map(self._id, spelled)]
        return next((id_ for id_ in candidates if id_ is not None), None)

    def require(self, role: str) -> int:
        """Return the id of the token with a role; raise WeightsInvalid where there is none."""
        found = self.find(role)
        if found is None or self._tokenizer.id_to_token(found) is None:
            raise WeightsInvalid(
                f"{self._folder} names no {role} token that its tokenizer has, in"
                f" {', '.join((*NAMES, *IDS))}; use the publisher's own files"
            )
        return found

    def text(self, role: str) -> str:
        """Return the text of the token with a role; raise WeightsInvalid where there is none."""
        return str(self._tokenizer.id_to_token(self.require(role)))

    def _id(self, text: str | None) -> int | None:
        found = self._tokenizer.token_to_id(text) if text else None
        return None if found is None else int(found)


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        fields: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsInvalid(f"{file} is not JSON: {error}") from error
    return fields


def _first(value: Any) -> int | None:
    """An id, or the first of several: some models end in more than one way."""
    return (value[0] if value else None) if isinstance(value, list) else value


def _text(value: Any) -> str | None:
    """A token's text, which may be written with its properties."""
    return value.get("content") if isinstance(value, dict) else value
