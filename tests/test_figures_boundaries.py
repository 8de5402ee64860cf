"""Boundaries around points of two inputs, and a saddle seen from above."""

import numpy as np
import pytest

from autodiff_course import figures
from autodiff_course.figures.boundaries import (
    GRID,
    add_boundary,
    furnish_boundary,
    joined,
    move_boundary,
)
from autodiff_course.figures.picture import INK

INNER = [[0.1, 0.0], [0.0, -0.2], [0.2, 0.3]]
OUTER = [[1.0, 0.0], [0.0, 0.9], [-0.8, -0.3]]
POINTS = np.array(INNER + OUTER)
LABELS = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])


def disc(places):
    """Return chances whose line at one half is the circle of radius 1/2."""
    return 1 / (1 + np.exp(8 * (np.hypot(*places.T) - 0.5)))


def half(places):
    """Return chances whose line at one half is where the first input is 0.25."""
    return 1 / (1 + np.exp(-6 * (places[:, 0] - 0.25)))


def line(axes, label):
    return next(each for each in axes.lines if each.get_label() == label)


def drawn(chance=disc, **more):
    return figures.draw_boundaries(POINTS, LABELS, {"a": chance}, "A title", **more)


def test_the_thick_line_runs_where_the_chance_is_one_half():
    picture = drawn()
    edge = line(picture.axes[0], "p = 0.5").get_xydata()
    edge = edge[np.isfinite(edge).all(axis=1)]
    assert np.hypot(*edge.T) == pytest.approx(0.5, abs=0.01)
    assert len(edge) > 20


def test_the_thin_lines_run_where_the_network_is_nearly_sure():
    axes = drawn().axes[0]
    for label, chance in (("p = 0.1", 0.1), ("p = 0.9", 0.9)):
        radius = 0.5 + np.log(1 / chance - 1) / 8
        edge = line(axes, label).get_xydata()
        edge = edge[np.isfinite(edge).all(axis=1)]
        assert np.hypot(*edge.T) == pytest.approx(radius, abs=0.01)
    looks = {line(axes, f"p = {p}").get_linestyle() for p in (0.1, 0.5, 0.9)}
    assert len(looks) == 3


def test_a_boundary_in_two_pieces_is_one_line_with_a_gap():
    picture = drawn(lambda places: 1 / (1 + np.exp(9 * (np.abs(places[:, 0]) - 0.6))))
    x = line(picture.axes[0], "p = 0.5").get_xdata()
    pieces = [x[:1], x[np.isfinite(x)]]
    assert np.sum(np.isnan(x)) == 2  # one after each piece
    assert np.abs(pieces[1]) == pytest.approx(0.6, abs=0.01)
    assert {-1.0, 1.0} == set(np.sign(pieces[1]))


def test_without_a_boundary_the_lines_are_empty_and_nothing_fails():
    assert not np.isfinite(joined([])).any()
    x = line(
        drawn(lambda places: 0.3 + 0 * places[:, 0]).axes[0], "p = 0.5"
    ).get_xdata()
    assert not np.isfinite(x).any()


def test_dark_places_are_those_with_a_large_chance():
    axes = drawn(half).axes[0]
    (surface,) = axes.images
    shades = surface.cmap(surface.norm(surface.get_array()))[..., :3].sum(axis=-1)
    assert surface.get_array().shape == (GRID, GRID)
    assert np.all(shades[:, 0] > shades[:, -1])
    assert surface.get_clim() == (0.0, 1.0)


def test_the_surface_is_not_upside_down():
    axes = drawn(lambda places: 0.5 + places[:, 1] / 10).axes[0]
    (surface,) = axes.images
    assert surface.origin == "lower"
    heights = surface.get_array()
    assert np.all(heights[-1] > heights[0])
    left, right, low, high = surface.get_extent()
    assert (left, right) == axes.get_xlim() and (low, high) == axes.get_ylim()


def test_labels_differ_in_marker_and_filling():
    axes = drawn().axes[0]
    zeros, ones = line(axes, "label 0"), line(axes, "label 1")
    assert zeros.get_xydata().tolist() == OUTER
    assert ones.get_xydata().tolist() == INNER
    assert zeros.get_marker() != ones.get_marker()
    assert zeros.get_markerfacecolor() == "white"
    assert ones.get_markerfacecolor() == INK


def test_every_frame_has_a_panel_with_the_same_limits():
    frames = {"first": disc, "second": half}
    picture = figures.draw_boundaries(POINTS, LABELS[:, None], frames, "A title")
    assert [axes.get_title("left") for axes in picture.axes] == ["first", "second"]
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in picture.axes}) == 1
    assert all(axes.get_aspect() == 1 for axes in picture.axes)


def test_the_alt_text_counts_the_points_on_their_own_side():
    frames = {"first": disc, "second": half}
    alt = figures.draw_boundaries(POINTS, LABELS, frames, "A title").alt
    assert alt.startswith("A title.") and "3 filled squares" in alt
    assert "first: 6 of 6 points" in alt
    # Beyond 0.25 lies one point, of label 0; those of label 1 do not.
    assert "second: 2 of 6 points" in alt


def test_a_fold_is_the_line_on_which_a_node_gives_zero():
    weights, intercepts = np.array([[2.0, -1.0, 0.0], [1.0, 3.0, 0.0]]), [0.5, -1.2, 1]
    axes = drawn(folds={"a": (weights, np.array(intercepts))}).axes[0]
    folds = [each for each in axes.lines if each.get_label() == "a hidden node is 0"]
    assert len(folds) == 2  # the third node is the same everywhere
    for fold, weight, intercept in zip(folds, weights.T, intercepts, strict=False):
        ends = fold.get_xydata()
        assert ends @ weight + intercept == pytest.approx([0, 0], abs=1e-9)
        assert np.ptp(ends, axis=0).max() > 100


def test_moving_a_boundary_draws_nothing_anew():
    axes = figures.Picture().subplots()
    furnish_boundary(axes, POINTS, LABELS, "A title")
    artists = add_boundary(axes)
    before = axes.get_children()
    for chance in (disc, half):
        move_boundary(artists, chance)
    assert axes.get_children() == before
    edge = line(axes, "p = 0.5").get_xdata()
    assert edge[np.isfinite(edge)] == pytest.approx(0.25, abs=0.01)


def saddle(a, b):
    return 2.0 + a * b


def test_contours_above_the_origin_are_solid_and_below_it_dashed():
    picture = figures.draw_saddle(saddle, 1.0, {}, "A title", ("a", "b"))
    above, below = picture.axes[0].collections
    assert min(above.levels) > 2.0 > max(below.levels)
    assert list(above.levels) == sorted(above.levels)
    looks = [each.get_linestyle()[0][1] for each in (above, below)]
    assert looks[0] is None and looks[1] is not None
    for contours in (above, below):
        for level, path in zip(contours.levels, contours.get_paths(), strict=True):
            at = path.vertices
            assert 2.0 + at[:, 0] * at[:, 1] == pytest.approx(level, abs=2e-3)


def test_a_saddle_marks_the_origin_and_shows_the_path():
    path = [(0.5, 0.4), (0.3, 0.2), (0.2, -0.1)]
    picture = figures.draw_saddle(saddle, 1.0, {"walk": path}, "A title", ("a", "b"))
    axes = picture.axes[0]
    assert line(axes, "origin").get_xydata().tolist() == [[0.0, 0.0]]
    assert line(axes, "walk").get_xydata() == pytest.approx(np.array(path))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("a", "b")
    assert "2.0000 at the origin, 3.0000 in the upper right corner" in picture.alt
    assert "walk: loss from 2.2000 to 1.9800" in picture.alt


def test_both_pictures_show_themselves_with_alt_text():
    for picture in (
        drawn(),
        figures.draw_saddle(saddle, 1.0, {}, "A title", ("a", "b")),
    ):
        data, metadata = picture._repr_mimebundle_()
        assert data["image/png"]
        assert metadata["image/png"]["alt"].startswith("A title")


def test_the_legend_of_a_saddle_says_which_contours_are_higher():
    picture = figures.draw_saddle(saddle, 1.0, {"walk": INNER}, "A title", ("a", "b"))
    dashes = {t.get_text(): one.get_linestyle() for t, one in in_legend(picture)}
    assert dashes["higher than the origin"] == "-" and dashes["lower"] == "--"
    assert {"walk", "origin"} <= set(dashes)


def in_legend(picture):
    """Return the words of the legend, each with what stands beside it."""
    (legend,) = picture.legends
    return zip(legend.get_texts(), legend.get_lines(), strict=True)


def test_the_legend_of_boundaries_names_every_kind_once():
    frames = {"first": disc, "second": half}
    picture = figures.draw_boundaries(POINTS, LABELS, frames, "A title")
    wanted = ["label 0", "label 1", "p = 0.1", "p = 0.5", "p = 0.9"]
    assert sorted(text.get_text() for text, _ in in_legend(picture)) == wanted
