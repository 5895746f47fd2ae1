from collections.abc import Sequence
from random import Random

import numpy as np

from unmask_model.memory.chances import PRIOR, Case, Chances
from unmask_model.memory.draft import Draft, Wish
from unmask_model.memory.matches import OWN, Query
from unmask_model.memory.segment import Ids
from unmask_model.memory.workspace_memory import SEGMENTS, WorkspaceMemory


def ids(*numbers: int) -> Ids:
    return np.array(numbers, dtype=np.int32)


def memory_of(texts: dict[str, Sequence[int]]) -> WorkspaceMemory:
    memory = WorkspaceMemory()
    for name, numbers in texts.items():
        memory.put({name: ids(*numbers)})
    return memory


def draft(
    memory: WorkspaceMemory,
    *last: int,
    near: str = "",
    first: Ids | None = None,
    least: float = 0.0,
) -> tuple[int, ...]:
    found = memory.draft(Query(last=last, first=first), Wish(near=near, most=4, least=least))
    return found.ids if found else ()


def test_what_followed_the_same_ids_is_drafted() -> None:
    memory = memory_of({"a.py": [1, 2, 3, 4, 5, 6], "b.py": [9, 9]})
    assert draft(memory, 7, 2, 3) == (4, 5, 6)


def test_the_longest_match_speaks() -> None:
    memory = memory_of({"a.py": [8, 2, 3, 10], "b.py": [1, 2, 3, 20], "c.py": [7, 2, 3, 30]})
    assert draft(memory, 1, 2, 3) == (20,)


def test_one_id_alone_is_no_match_unless_the_next_one_is_known_in_part() -> None:
    memory = memory_of({"a.py": [1, 2, 3], "b.py": [5, 2, 4]})
    assert draft(memory, 0, 2) == ()
    assert draft(memory, 0, 2, first=ids(4, 6)) == (4,)


def test_of_several_places_those_that_agree_are_followed() -> None:
    memory = memory_of({"a.py": [1, 2, 3], "b.py": [1, 2, 4, 5], "c.py": [1, 2, 4, 6]})
    found = memory.draft(Query(last=[1, 2]), Wish(near="", most=1, least=0.0))
    assert found is not None
    assert found.ids == (4,)
    assert found.cases[0].share == 2 / 3


def test_a_place_in_the_same_folder_counts_more() -> None:
    memory = memory_of({"x/a.py": [1, 2, 3], "y/b.py": [1, 2, 4]})
    assert draft(memory, 1, 2, near="x/new.py") == (3,)
    assert draft(memory, 1, 2, near="y/new.py") == (4,)


def test_what_was_written_of_late_counts_more() -> None:
    memory = memory_of({"a.py": [1, 2, 3]})
    memory.put({"b.py": ids(1, 2, 4)}, recent=True)
    assert draft(memory, 1, 2) == (4,)


def test_the_cursors_own_place_does_not_say_what_comes_next() -> None:
    left, right = list(range(100, 100 + OWN)), [1, 2, 3]
    memory = memory_of({"a.py": [*left, *right]})
    assert draft(memory, *left, near="a.py") == ()
    assert draft(memory, *left, near="b.py") == (1, 2, 3)


def test_the_cursors_own_place_is_known_at_the_start_of_a_file_too() -> None:
    memory = memory_of({"a.py": [5, 6, 7, 1, 2, 3]})
    assert draft(memory, 8, 9, 5, 6, 7, near="a.py") == ()
    assert draft(memory, 8, 9, 5, 6, 7, near="b.py") == (1, 2, 3)
    assert draft(memory, 8, 9, 4, 6, 7, near="a.py") == (1, 2, 3)


def test_other_places_of_the_file_speak_beside_the_cursors_own() -> None:
    left = [*range(100, 100 + OWN), 5, 6]
    memory = memory_of({"a.py": [5, 6, 7, 8, *left, 1, 2, 3]})
    assert draft(memory, *left, near="a.py")[:2] == (7, 8)


def test_a_text_that_is_put_again_takes_the_place_of_what_was_known() -> None:
    memory = memory_of({"a.py": [1, 2, 3], "b.py": [1, 2, 4, 4]})
    memory.put({"a.py": ids(1, 2, 5), "b.py": ids(7, 7)})
    assert draft(memory, 1, 2) == (5,)
    memory.forget(["a.py", "never.py"])
    assert draft(memory, 1, 2) == ()
    assert memory.size.texts == 1


def test_a_draft_ends_where_it_is_not_likely_enough() -> None:
    memory = memory_of({"a.py": [1, 2, 3, 4, 5]})
    assert len(draft(memory, 1, 2)) == 3
    assert len(draft(memory, 1, 2, least=0.05)) == 2
    assert draft(memory, 1, 2, least=0.9) == ()


def test_many_texts_are_sorted_into_few_segments_and_none_is_lost() -> None:
    random, memory = Random(0), WorkspaceMemory()
    texts = {f"{n}.py": random.choices(range(9), k=random.randint(1, 60)) for n in range(50)}
    for name, numbers in texts.items():
        memory.put({name: ids(*numbers)})
    for name in random.sample(sorted(texts), 30):
        texts[name] = random.choices(range(9), k=40)
        memory.put({name: ids(*texts[name])})
    kept = {name: text.tolist() for one in memory._segments for name, text in one.texts()}
    assert kept == texts
    assert len(memory._segments) <= SEGMENTS
    assert memory.size.texts == 50


def test_what_finds_no_room_is_counted_and_nothing_else_is_lost() -> None:
    memory = WorkspaceMemory(most_tokens=10)
    memory.put({"a.py": ids(1, 2, 3), "b.py": ids(*range(50)), "c.py": ids(1, 2, 4)})
    assert memory.size.texts == 2
    assert memory.size.left_out == 1
    memory.put({"b.py": ids(7)})
    assert memory.size.left_out == 0


def test_a_draft_says_where_it_stands() -> None:
    memory = memory_of({"a.py": [9, 9, 9], "b.py": [5, 5, 1, 2, 3]})
    found = memory.draft(Query(last=[1, 2]), Wish(near="", most=4, least=0.0))
    assert isinstance(found, Draft)
    assert found.origin.name == "b.py"
    assert found.origin.place == 4


def test_nothing_before_the_cursor_and_nothing_in_memory_give_no_draft() -> None:
    assert draft(WorkspaceMemory(), 1, 2) == ()
    assert draft(memory_of({"a.py": [1, 2, 3]})) == ()


def test_chances_follow_what_is_seen() -> None:
    chances = Chances()
    case = Case(near=False, alone=True, length=3, share=1.0)
    begun = chances.of(case)
    for _ in range(round(PRIOR)):
        chances.learn(case, right=True)
    assert chances.of(case) > begun + 0.2
    for _ in range(3000):
        chances.learn(case, right=False)
    assert chances.of(case) < 0.05


def test_longer_matches_and_matches_that_agree_are_likelier_from_the_start() -> None:
    chances = Chances()

    def chance(length: int, *, alone: bool, share: float = 1.0) -> float:
        return chances.of(Case(near=False, alone=alone, length=length, share=share))

    assert chance(2, alone=True) < chance(6, alone=True) < chance(12, alone=True)
    assert chance(4, alone=True) < chance(4, alone=False)
    assert chance(4, alone=False, share=0.5) < chance(4, alone=False)
    assert chance(500, alone=True) < 1
