"""Digits with captions, a table of mistakes, and curves by epoch."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from autodiff_course.figures import draw_confusion, draw_digits, draw_epochs
from autodiff_course.figures.picture import RED

IMAGES = np.arange(3 * 64).reshape(3, 64) / (3 * 64)
COUNTS = [[5, 0, 2], [0, 7, 0], [1, 0, 4]]


def words(picture):
    return [text.get_text() for text in picture.axes[0].texts]


def cell(picture, true, said):
    """Return the box and the number of one cell of the table."""
    inside = [
        box
        for box in picture.axes[0].patches
        if isinstance(box, Rectangle)
        and abs(box.get_x() + box.get_width() / 2 - said) < 1e-9
        and abs(box.get_y() + box.get_height() / 2 - true) < 1e-9
    ]
    number = [t for t in picture.axes[0].texts if t.get_position() == (said, true)]
    return inside, number


def test_each_image_is_drawn_upright_with_its_caption_above():
    picture = draw_digits(IMAGES, ["a", "b", "c"], "Three", columns=2)
    images = picture.axes[0].images
    assert words(picture) == ["a", "b", "c"]
    for shown, image, text in zip(images, IMAGES, picture.axes[0].texts, strict=True):
        left, right, bottom, top = shown.get_extent()
        assert np.array_equal(shown.get_array(), image.reshape(8, 8))
        assert top < bottom and left < right
        assert text.get_position()[0] == (left + right) / 2
        assert text.get_position()[1] < top


def test_images_fill_rows_from_the_left():
    images = draw_digits(IMAGES, "abc", "Three", columns=2).axes[0].images
    first, second, third = (image.get_extent() for image in images)
    assert second[0] > first[1] and second[3] == first[3]
    assert third[0] == first[0] and third[3] > first[2]


def test_ink_is_black_and_its_scale_does_not_depend_on_the_image():
    pale = draw_digits(IMAGES[:1] / 10, "a", "Pale").axes[0].images[0]
    assert pale.get_clim() == (0.0, 1.0)
    assert pale.cmap(0.0)[:3] == (1, 1, 1) and pale.cmap(1.0)[:3] == (0, 0, 0)


def test_fewer_columns_make_larger_images_in_a_picture_that_is_no_wider():
    wide, narrow = (draw_digits(IMAGES, "abc", "T", columns=n) for n in (10, 5))
    assert narrow.get_figwidth() <= wide.get_figwidth()
    narrow.canvas.draw(), wide.canvas.draw()
    sizes = [
        each.axes[0].images[0].get_window_extent().width for each in (wide, narrow)
    ]
    assert sizes[1] > 1.5 * sizes[0]


def test_captions_stay_inside_the_picture():
    picture = draw_digits(IMAGES, ["9, not 3"] * 3, "Wrong", columns=5)
    picture.canvas.draw()
    for text in picture.axes[0].texts:
        extent = text.get_window_extent()
        assert extent.x0 >= 0 and extent.x1 <= picture.bbox.x1
        assert extent.y0 >= 0 and extent.y1 <= picture.bbox.y1


def test_images_without_captions_are_refused():
    with pytest.raises(ValueError):
        draw_digits(IMAGES, ["a"], "Three")


def test_alt_text_of_digits_says_every_caption():
    told = draw_digits(IMAGES, [4, 8, 1], "Three digits").alt
    assert told.startswith("Three digits. 3 images of 8 by 8 gray squares")
    assert told.endswith("captioned: 4, 8, 1.")


def test_rows_are_the_truth_and_columns_what_was_said():
    picture = draw_confusion(COUNTS, "A title")
    for true, row in enumerate(COUNTS):
        for said, count in enumerate(row):
            boxes, numbers = cell(picture, true, said)
            assert [t.get_text() for t in numbers] == ([str(count)] if count else [])
            assert len(boxes) == bool(count)
    axes = picture.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("what was said", "what it is")
    assert axes.yaxis_inverted() and not axes.xaxis_inverted()


def test_a_mistake_is_framed_and_bold_and_a_right_answer_is_not():
    picture = draw_confusion(COUNTS, "A title")
    for place, right in (((0, 2), False), ((2, 0), False), ((1, 1), True)):
        (box,), (number,) = cell(picture, *place)
        assert (number.get_weight() == "normal") is right
        framed = box.get_edgecolor() == draw_confusion_red()
        assert framed is not right


def draw_confusion_red():
    return Rectangle((0, 0), 1, 1, edgecolor=RED).get_edgecolor()


def test_alt_text_of_a_table_counts_the_diagonal_and_the_mistakes():
    told = draw_confusion(COUNTS, "A title").alt
    assert "16 of 19 on the diagonal, 3 beside it" in told
    assert "0 taken for 2, 2 of 7; 2 taken for 0, 1 of 5." in told
    assert "Commonest" not in draw_confusion(np.eye(3, dtype=int), "All right").alt


def test_epochs_are_counted_from_one_in_whole_numbers():
    picture = draw_epochs({"ours": [3.0, 2.0, 1.0]}, "It falls", "loss")
    (axes,) = picture.axes
    assert axes.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert axes.lines[0].get_ydata().tolist() == [3.0, 2.0, 1.0]
    picture.canvas.draw()
    assert all(float(tick).is_integer() for tick in axes.get_xticks())
    assert (axes.get_xlabel(), axes.get_yscale()) == ("epoch", "log")
