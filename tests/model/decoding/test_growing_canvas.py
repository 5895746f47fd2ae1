"""Places that ask for company or leave, as DreamOn was taught it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.growing_canvas import GrowingCanvas
from unmask_model.decoding.length import Expansion
from unmask_model.decoding.rewrite_ids import RewriteIds

END, EXPAND = 0, 1


def canvas(places: int = 4, room: int = 16) -> GrowingCanvas:
    made = Expansion(expand=EXPAND, start=places).canvas(room, 0, exact=False, end=END)
    assert isinstance(made, GrowingCanvas)
    return made


def commit(canvas: Canvas, **ids: int) -> None:
    """commit(canvas, p0=10, p2=EXPAND)"""
    places = np.array([int(name[1:]) for name in ids])
    canvas.commit(places, np.array(list(ids.values())), np.full((len(ids),), 0.9))


def shown(canvas: Canvas) -> list[int | None]:
    return [None if masked else int(i) for i, masked in zip(canvas.ids, canvas.masked, strict=True)]


def test_expand_turns_one_place_into_two_masked_ones() -> None:
    made = canvas()
    commit(made, p0=10, p1=EXPAND, p3=13)
    assert shown(made) == [10, None, None, None, 13]
    assert made.confidence.tolist()[-1] == np.float32(0.9)


def test_a_deleted_place_takes_the_masked_ones_behind_it_along() -> None:
    made = canvas(6)
    commit(made, p0=10, p4=14)
    commit(made, p2=END)
    assert shown(made) == [10, None, 14]


def test_two_expand_and_one_delete_at_once() -> None:
    made = canvas(5)
    commit(made, p0=EXPAND, p1=END, p2=12, p3=EXPAND)
    assert shown(made) == [None, None, 12, None, None]


def test_no_place_is_added_beyond_the_room() -> None:
    made = canvas(4, room=5)
    commit(made, p0=EXPAND, p1=EXPAND)
    assert shown(made) == [None] * 5
    assert made.barred == (EXPAND,)


def test_room_that_was_used_is_not_given_back_so_that_decoding_ends() -> None:
    made = canvas(4, room=5)
    commit(made, p0=EXPAND)
    commit(made, p4=END)
    assert made.barred == (EXPAND,)


def test_an_empty_canvas_is_an_empty_block() -> None:
    made = canvas(2)
    commit(made, p0=END)
    assert (len(made), made.done, made.block()) == (0, True, [])


def test_a_view_follows_the_places() -> None:
    made = canvas(4)
    view = made.copy()
    view.ids = np.array([20, 21, 22, 23])
    commit(made, p1=EXPAND)
    commit(made, p0=10)
    made.align(view)
    assert view.ids.tolist() == [20, 21, 21, 22, 23]
    commit(made, p4=END)
    made.align(view)
    assert view.ids.tolist() == [20, 21, 21, 22]


def test_a_view_of_a_rewritten_canvas_follows_the_places_from_then_on() -> None:
    made = canvas(4)
    RewriteIds(ids=(10, None, END, 13)).write(made)
    view = made.copy()
    commit(made, p1=EXPAND)
    made.align(view)
    assert shown(made) == [10, None, None, 13]
    assert view.ids.tolist() == [10, END, END, 13]


def test_a_guess_to_expand_says_nothing_of_the_text() -> None:
    assert canvas().readable(np.array([EXPAND, 12])).tolist() == [END, 12]


def test_a_copy_shares_nothing_and_grows_alike() -> None:
    made = canvas()
    twin = made.copy()
    commit(twin, p0=EXPAND)
    assert (len(made), len(twin)) == (4, 5)
    assert isinstance(twin, GrowingCanvas)
    assert twin.growth == made.growth - 1


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from([END, EXPAND, 10])), max_size=60))
def test_any_commits_leave_a_canvas_within_its_room_that_gets_done(
    commits: list[tuple[int, int]],
) -> None:
    made = canvas(4, room=9)
    for place, id_ in commits:
        open_places = made.open_places
        if len(open_places):
            place = int(open_places[place % len(open_places)])
            commit(made, **{f"p{place}": id_})
        assert len(made) <= 9
        assert len(made.ids) == len(made.masked) == len(made.confidence)
        assert not bool(((made.ids == END) & ~made.masked).any())
