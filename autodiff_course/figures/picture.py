"""`Picture`: a Matplotlib figure that shows itself, with alt text, without pyplot."""

import base64
import io
from contextlib import contextmanager
from html import escape

import matplotlib
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

# Okabe and Ito's colours, told apart by colour-blind eyes, on white. Each has a dash
# of its own, so that no picture needs its colours.
BLUE, ORANGE, GREEN, RED, PURPLE, SKY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
)
GRAY = "#666666"
INK = "#222222"
COLOURS = (BLUE, RED, GREEN, ORANGE, PURPLE, SKY)
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P")

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 11.0,
    "axes.titlesize": 12.0,
    "axes.titlelocation": "left",
    "axes.titlepad": 10.0,
    "axes.labelsize": 11.0,
    "axes.edgecolor": GRAY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=DASHES),
    "grid.color": "#E4E4E4",
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
    "legend.fontsize": 10.0,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "autodiff_course",
}
DOTS_PER_INCH = 140  # drawn finer than shown, so that it stays sharp on dense screens
SHOWN_PER_INCH = 100


@contextmanager
def course_style():
    """Draw in the style of the course, whatever the learner has set."""
    with matplotlib.rc_context({**matplotlib.rcParamsDefault, **STYLE}):
        yield


class Picture(Figure):
    """A figure of `width` by `height` inches that Jupyter shows with its alt text.

    `alt` is one or two sentences with what there is to see; a picture without is a
    ValueError when it is shown. Nothing is registered with pyplot. A widget keeps one
    Picture and draws only its `moving` artists anew, over a kept background.
    """

    def __init__(self, width=7.0, height=3.6, layout="constrained", alt=""):
        super().__init__(figsize=(width, height), dpi=SHOWN_PER_INCH, layout=layout)
        FigureCanvasAgg(self)
        self.alt = alt
        self.moving = []
        self.background = None

    def __repr__(self):
        return f"<Picture: {self.alt}>"

    def png(self):
        """Return the picture as PNG bytes, the same bytes for the same drawing.

        256 colours are enough for lines and letters, and make a third of the bytes.
        """
        drawn, packed = io.BytesIO(), io.BytesIO()
        with course_style():
            self.savefig(drawn, format="png", dpi=DOTS_PER_INCH)
        colours = (
            Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        )
        colours.save(packed, "png", optimize=True)
        return packed.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        if not self.alt:
            raise ValueError("this Picture has no alt text; set picture.alt = '...'.")
        width = round(SHOWN_PER_INCH * self.get_figwidth())
        png = base64.b64encode(self.png()).decode("ascii")
        source = f"data:image/png;base64,{png}"
        data = {
            "image/png": png,
            # JupyterLab drops the alt text of a PNG, and prefers Markdown to a PNG.
            "text/markdown": (
                f'<img src="{source}" alt="{escape(self.alt)}" width="{width}">'
            ),
            "text/plain": repr(self),
        }
        return data, {"image/png": {"alt": self.alt, "width": width}}

    def arrange(self, moving):
        """Say which artists move, and fix all places: a later step shifts nothing."""
        self.moving = list(moving)
        if self.get_layout_engine():
            self.get_layout_engine().set(w_pad=0.12)  # tick labels may grow later
        with course_style():
            self.canvas.draw()
        self.set_layout_engine("none")

    def settle(self):
        """Forget the kept background: something else, as an axis limit, has changed."""
        self.background = None

    def live_png(self):
        """Return the picture as PNG bytes, quickly: only what moves is drawn."""
        if self.background is None:
            self.keep_background()
        self.canvas.restore_region(self.background)
        for artist in self.moving:
            artist.axes.draw_artist(artist)
        return quick_png(self.canvas)

    def keep_background(self):
        """Draw all that stays and keep it."""
        for artist in self.moving:
            artist.set_animated(True)
        with course_style():
            self.canvas.draw()
        self.background = self.canvas.copy_from_bbox(self.bbox)
        for artist in self.moving:
            artist.set_animated(False)


def quick_png(canvas):
    """Return what is on an Agg canvas as PNG bytes: few colours, packed fast."""
    stream = io.BytesIO()
    size, pixels = canvas.get_width_height(), canvas.buffer_rgba()
    drawn = Image.frombuffer("RGBA", size, pixels).convert("RGB")
    method, dither = Image.Quantize.FASTOCTREE, Image.Dither.NONE
    few = drawn.quantize(128, method=method, dither=dither)
    few.save(stream, "png", compress_level=1)
    return stream.getvalue()
