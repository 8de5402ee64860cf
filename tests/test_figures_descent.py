"""The pictures of gradient descent show the numbers that they were given."""

import numpy as np
import pytest

from autodiff_course import figures
from autodiff_course.figures.descent import add_path, move_path

X = np.array([-1.0, 0.0, 2.0])
Y = np.array([-5.0, -2.0, 4.0])
ROUNDS = [(0.5, 0.25), (2.0, -1.0), (3.0, -2.0)]
REACH = ((-1.0, 5.0), (-4.0, 2.0))


def bowl(m, b):
    return (m - 3) ** 2 + (b + 2) ** 2


def parabola(m):
    return (m - 3) ** 2


def line_named(axes, label):
    return next(line for line in axes.lines if line.get_label() == label)


def places(artist):
    return np.transpose(artist.get_data()).tolist()


def contour_heights(axes):
    return next(each.levels for each in axes.collections if hasattr(each, "levels"))


def test_a_fit_shows_the_points_and_each_line_at_its_own_height():
    picture = figures.draw_fit(X, Y, {"a": (1.0, 0.5), "b": (3.0, -2.0)}, title="Two")
    axes = picture.axes[0]
    assert places(line_named(axes, "data")) == np.transpose([X, Y]).tolist()
    ends = line_named(axes, "a").get_xdata()
    assert line_named(axes, "a").get_ydata() == pytest.approx(ends + 0.5)
    assert line_named(axes, "b").get_ydata() == pytest.approx(3 * ends - 2)
    assert ends[0] < X.min() and ends[1] > X.max()


def test_lines_of_a_fit_differ_in_colour_and_in_dash():
    lines = {name: (1.0, k) for k, name in enumerate("abcde")}
    drawn = figures.draw_fit(X, Y, lines, title="Five").axes[0].lines[1:]
    assert len({line.get_color() for line in drawn}) == 5
    assert len({str(line._unscaled_dash_pattern) for line in drawn}) == 5


def test_a_steep_line_does_not_stretch_the_axes_of_a_fit():
    flat, steep = (
        figures.draw_fit(X, Y, {"a": (m, 0.0)}, title="One").axes[0]
        for m in (1.0, 1e12)
    )
    assert flat.get_ylim() == steep.get_ylim()
    assert not steep.get_autoscalex_on() and not steep.get_autoscaley_on()


def test_each_walk_on_a_parabola_has_a_panel_and_lies_on_the_curve():
    walks = {"slow": [0.0, 1.0, 1.5], "fast": [0.0, 5.5]}
    picture = figures.draw_parabola(parabola, walks, title="Two", reach=(-1.0, 6.0))
    assert [axes.get_title(loc="left") for axes in picture.axes] == list(walks)
    for axes, walk in zip(picture.axes, walks.values(), strict=True):
        curve, jumps, start = axes.lines
        assert curve.get_ydata() == pytest.approx(parabola(curve.get_xdata()))
        assert places(jumps) == [[m, parabola(m)] for m in walk]
        assert places(start) == [[0.0, 9.0]]


def test_a_path_shows_every_round_its_start_and_its_end():
    picture = figures.draw_path(bowl, {"rate 0.1": ROUNDS}, title="One", reach=REACH)
    rounds, start, end = picture.axes[0].lines
    assert places(rounds) == [list(place) for place in ROUNDS]
    assert places(start) == [list(ROUNDS[0])]
    assert places(end) == [list(ROUNDS[-1])]


def test_a_path_ends_in_its_own_colour():
    paths = {"a": ROUNDS, "b": ROUNDS[:2]}
    drawn = figures.draw_path(bowl, paths, title="Two", reach=REACH).axes[0].lines
    for rounds, _, end in (drawn[:3], drawn[3:]):
        assert end.get_markerfacecolor() == rounds.get_color()
    assert drawn[0].get_color() != drawn[3].get_color()


def test_only_numbered_paths_have_the_number_of_each_round_at_its_place():
    paths = {"a": ROUNDS, "b": [(1.0, 1.0), (2.0, 2.0), (0.0, 0.0)]}
    axes = figures.draw_path(bowl, paths, "Two", REACH, numbered=["a"]).axes[0]
    written = {text.get_text(): text for text in axes.texts if hasattr(text, "xy")}
    numbers = {n: text.xy for n, text in written.items() if n.isdigit()}
    assert {n: tuple(at) for n, at in numbers.items()} == {
        "1": ROUNDS[1],
        "2": ROUNDS[2],
    }
    assert written["1"].get_color() == line_named(axes, "a").get_color()


def test_contours_of_a_round_bowl_are_evenly_spaced_circles():
    path = {"a": [(3.0, -2.0), (5.0, -2.0)]}
    axes = figures.draw_path(bowl, path, "One", reach=((0.0, 6.0), (-5.0, 1.0))).axes[0]
    radii = np.sqrt(contour_heights(axes))
    assert np.diff(radii) == pytest.approx(radii[0])
    assert axes.get_aspect() == 1.0


def test_without_reach_all_paths_are_inside():
    paths = {"a": ROUNDS, "b": [(0.0, 0.0), (9.0, -7.0)]}
    axes = figures.draw_path(bowl, paths, title="Two").axes[0]
    for path in paths.values():
        for m, b in path:
            assert axes.get_xlim()[0] < m < axes.get_xlim()[1]
            assert axes.get_ylim()[0] < b < axes.get_ylim()[1]


def test_a_path_that_left_the_floats_can_still_be_drawn():
    away = [(0.0, 0.0), (1e300, -1e300)]
    picture = figures.draw_path(bowl, {"away": away}, title="One", reach=REACH)
    assert picture.png().startswith(b"\x89PNG")
    assert "1e+300" in picture.alt


def test_moved_artists_stay_the_same_and_leave_the_axes_where_they_are():
    axes = figures.draw_path(bowl, {"a": ROUNDS}, title="One", reach=REACH).axes[0]
    artists, before = add_path(axes), axes.axis()
    for path in (ROUNDS[:1], [*ROUNDS, (1e200, 1e200)], ROUNDS[:2]):
        move_path(artists, path)
        assert places(artists[0])[0] == list(path[0])
        assert len(places(artists[0])) == len(path)
        assert axes.axis() == before
        assert all(artist in axes.get_children() for artist in artists)


def test_a_drawn_descent_shows_the_last_line_all_losses_and_the_path():
    picture = figures.draw_descent(X, Y, bowl, ROUNDS, REACH)
    fit, curve, surface = picture.axes
    ends = fit.lines[-1].get_xdata()
    assert fit.lines[-1].get_ydata() == pytest.approx(3 * ends - 2)
    assert curve.lines[0].get_ydata() == pytest.approx([bowl(*at) for at in ROUNDS])
    assert curve.get_yscale() == "log"
    assert places(surface.lines[0]) == [list(place) for place in ROUNDS]
    assert "after 2 rounds" in picture.alt and "3 x - 2" in picture.alt


def test_each_row_of_spreads_has_its_strokes_and_its_mark():
    rows = {"m": ([2.9, 3.0, 3.2], 3.1), "b": ([-2.5, -2.0], -1.0)}
    picture = figures.draw_spreads(rows, title="Two")
    assert [axes.get_xlabel() for axes in picture.axes] == list(rows)
    for axes, (values, marked) in zip(picture.axes, rows.values(), strict=True):
        assert sorted(axes.collections[0].get_positions()) == sorted(values)
        assert {x for line in axes.lines for x in line.get_xdata()} == {marked}


def test_every_picture_says_in_words_what_it_shows():
    path = {"rate 0.1": ROUNDS}
    pictures = [
        figures.draw_fit(X, Y, {"guess": (1.5, 0.25)}, title="A fit"),
        figures.draw_parabola(parabola, {"slow": [0.0, 1.75]}, "A walk", (-1.0, 6.0)),
        figures.draw_path(bowl, path, title="A path", reach=REACH),
        figures.draw_spreads({"m": ([2.5, 3.5], 3.25)}, title="A spread"),
    ]
    said = [
        ("A fit", "guess: 1.5 x + 0.25"),
        ("A walk", "slow: 0, 1.75"),
        ("A path", "rate 0.1: 2 rounds from (0.5, 0.25) to (3, -2)"),
        ("A spread", "m: 2 values from 2.5 to 3.5, marked 3.25"),
    ]
    for picture, words in zip(pictures, said, strict=True):
        assert all(each in picture.alt for each in words), picture.alt
        assert picture.axes[0].get_xlabel()
