"""What the model proposes."""

import pytest
import torch

from unmask_model.decoding.proposal import propose, second_best


def test_the_most_probable_id_is_proposed_with_its_probability() -> None:
    logits = torch.tensor([[0.0, 2.0, 1.0], [3.0, 0.0, 0.0]])
    proposal = propose(torch.tensor([4, 7]), logits)
    assert proposal.places.tolist() == [4, 7]
    assert proposal.ids.tolist() == [1, 0]
    expected = torch.softmax(logits, dim=-1).max(dim=-1).values
    assert torch.allclose(proposal.confidence, expected)


def test_equal_ids_are_decided_for_the_first() -> None:
    assert propose(torch.tensor([0]), torch.zeros(1, 5)).ids.tolist() == [0]


def test_a_trimmed_head_proposes_ids_not_columns() -> None:
    logits = torch.tensor([[0.0, 2.0, 1.0]])
    assert propose(torch.tensor([0]), logits, torch.tensor([10, 20, 30])).ids.tolist() == [20]


def test_an_id_that_is_ruled_out_is_never_proposed() -> None:
    logits = torch.tensor([[float("-inf"), 0.0, float("-inf")]] * 20)
    proposal = propose(torch.arange(20), logits)
    assert proposal.ids.tolist() == [1] * 20
    assert proposal.confidence.tolist() == [1.0] * 20
    assert second_best(proposal, logits).confidence.tolist() == [0.0] * 20


def test_the_second_best_is_the_most_probable_of_the_others() -> None:
    logits = torch.tensor([[0.0, 2.0, 1.0], [1.0, 1.0, 0.0]])
    head_ids = torch.tensor([10, 20, 30])
    best = propose(torch.tensor([4, 7]), logits, head_ids)
    second = second_best(best, logits, head_ids)
    assert second.places.tolist() == [4, 7]
    assert second.ids.tolist() == [30, 20]
    assert torch.allclose(second.confidence[0], torch.softmax(logits[0], dim=-1)[2])


def test_low_precision_logits_give_whole_probabilities() -> None:
    logits = torch.randn(3, 1000, generator=torch.Generator().manual_seed(0))
    exact = propose(torch.arange(3), logits)
    rough = propose(torch.arange(3), logits.to(torch.bfloat16))
    assert rough.confidence.dtype == torch.float32
    assert rough.confidence.tolist() == pytest.approx(exact.confidence.tolist(), rel=0.05)
