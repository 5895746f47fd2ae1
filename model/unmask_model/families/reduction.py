"""Proposals from logits where the logits are: only ids and probabilities leave the device.

The same as `decoding.proposal.choose`, in torch, with one transfer for all rows of a pass.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from unmask_model.decoding.canvas import Ids
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.proposal import Choice, Proposal
from unmask_model.families.answers import proposal_of
from unmask_model.families.denoiser import Pass


def propose(
    passes: Sequence[Pass], tables: Sequence[Tensor], head_ids: Ids | None
) -> list[Proposal]:
    """Return the proposals of passes whose rows have the logits (R, V).

    The first rows are those of the places, behind them come the guesses of each group in turn.
    """
    chosen = choose(tables, [one.constraints for one in passes], head_ids)
    return [proposal_of(one, choice) for one, choice in zip(passes, chosen, strict=True)]


@torch.inference_mode()
def choose(
    tables: Sequence[Tensor], constraints: Sequence[Constraints], head_ids: Ids | None
) -> list[Choice]:
    """Choose for each row of several tables of logits, (R, V) each."""
    parts = [_best(table, each) for table, each in zip(tables, constraints, strict=True)]
    rows = torch.cat(parts, dim=1).cpu().split([len(table) for table in tables], dim=1)
    return [_choice(part, head_ids) for part in rows]


def _best(logits: Tensor, constraints: Constraints) -> Tensor:
    """Columns and probabilities of a table's best and second best, and its free column, (5, R).

    A double holds both exactly.
    """
    speaking = logits[:, : constraints.width].float()  # a copy where it has another format
    speaking = speaking.clone() if speaking.data_ptr() == logits.data_ptr() else speaking
    speaking[:, _on(constraints.mute, logits)] = -torch.inf
    free = speaking.argmax(-1)
    if constraints.rule:
        _rule_out(speaking, constraints)
    probability = speaking.softmax(-1)
    best, column = probability.max(-1)
    second, other = probability.scatter(1, column[:, None], -1.0).max(-1)
    return torch.stack([part.double() for part in (column, best, free, other, second)])


def _rule_out(logits: Tensor, constraints: Constraints) -> None:
    rows, columns = constraints.barred_rows, constraints.barred_columns
    logits[_on(rows, logits), _on(columns, logits)] = -torch.inf
    if constraints.spelling is not None:
        allowed = _on(constraints.spelling, logits)
        spelling = logits[0, allowed]  # a copy; never all barred: its first character stays
        logits[0] = -torch.inf
        logits[0, allowed] = spelling


def _on(columns: Ids, logits: Tensor) -> Tensor:
    return torch.from_numpy(columns).to(logits.device)


def _choice(part: Tensor, head_ids: Ids | None) -> Choice:
    columns = part[[0, 2, 3]].long().numpy()
    ids, free, second = columns if head_ids is None else head_ids[columns]
    confidence, other = part[[1, 4]].float().numpy()
    return Choice(ids=ids, confidence=confidence, free=free, second=second, second_confidence=other)
