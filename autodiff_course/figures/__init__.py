"""Plain data in, one picture out. Floor 4: these functions train nothing."""

from autodiff_course.figures.curves import draw_curves, draw_strip
from autodiff_course.figures.picture import Picture

__all__ = ["Picture", "draw_curves", "draw_strip"]
