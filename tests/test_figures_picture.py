"""What a Picture gives to those who show it."""

import base64
from html.parser import HTMLParser

import pytest

from autodiff_course import figures

AWKWARD = "Costs $5 & \"$6\": 'a' < b > *c*, [d](e) and `f` \\(g\\)."


class Images(HTMLParser):
    """Keeps the attributes of every image element that it is fed."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        assert tag == "img"
        self.found.append(dict(attrs))


def drawn(alt):
    picture = figures.Picture(5.0, 2.0, alt=alt)
    picture.subplots().plot([1, 3, 2])
    return picture


def test_a_picture_without_alt_text_is_refused():
    with pytest.raises(ValueError, match=r"picture\.alt = "):
        drawn("")._repr_mimebundle_()


def test_the_png_goes_with_alt_text_and_width():
    data, metadata = drawn("A line bends.")._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]) == drawn("A line bends.").png()
    assert data["text/plain"] == "<Picture: A line bends.>"
    assert metadata == {"image/png": {"alt": "A line bends.", "width": 500}}


@pytest.mark.parametrize("alt", ["A line bends.", AWKWARD])
def test_the_markdown_is_one_image_with_the_same_pixels_alt_text_and_width(alt):
    data, _ = drawn(alt)._repr_mimebundle_()
    images = Images()
    images.feed(data["text/markdown"])
    source = f"data:image/png;base64,{data['image/png']}"
    assert images.found == [{"src": source, "alt": alt, "width": "500"}]
    assert "\n" not in data["text/markdown"]
