"""`POST /v1/fim/completions`: the FIM dialect of Mercury, Codestral and DeepSeek.

Clients read the same answer in two ways, so it is told in both: `choices[].text` (Mercury; minuet's
`openai_fim_compatible`), and `choices[].message.content`, streamed as `choices[].delta.content`
(Codestral; minuet's `codestral`, Continue's `mistral`, LiteLLM's `text-completion-codestral`).
"""

from dataclasses import dataclass, replace

from unmask_model.protocol.request import InfillRequest
from unmask_model.server.dialects.dialect import Json
from unmask_model.server.dialects.filled import Choice
from unmask_model.server.dialects.openai import SEEDS, Completion


@dataclass(frozen=True, kw_only=True)
class FimCompletion(Completion):
    """A body of `/v1/fim/completions`. `min_tokens` is ignored: a block ends where it ends."""

    random_seed: int | None = None
    """Codestral's name of the seed."""

    def request(self) -> InfillRequest:
        """Return what the engine is asked."""
        asked = super().request()
        return asked if self.random_seed is None else replace(asked, seed=self.random_seed % SEEDS)

    def _choice(self, index: int, choice: Choice) -> Json:
        message = {"role": "assistant", "content": choice.text}
        return super()._choice(index, choice) | {"message": message}

    def _choice_part(self, index: int, text: str, finish: str | None) -> Json:
        delta = {"role": "assistant", "content": text}
        return super()._choice_part(index, text, finish) | {"delta": delta}
