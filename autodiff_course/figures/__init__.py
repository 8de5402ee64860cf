"""Plain data in, one picture out: these functions train nothing."""

from autodiff_course.figures.beyond import draw_agreement, draw_newton, draw_shards
from autodiff_course.figures.boundaries import draw_boundaries, draw_saddle
from autodiff_course.figures.chances import (
    draw_chances,
    draw_edge,
    draw_primitive,
    draw_rates,
)
from autodiff_course.figures.costs import draw_costs
from autodiff_course.figures.curves import draw_curves
from autodiff_course.figures.descent import (
    draw_descent,
    draw_fit,
    draw_parabola,
    draw_path,
    draw_spreads,
)
from autodiff_course.figures.digits import (
    draw_confusion,
    draw_digits,
    draw_epochs,
)
from autodiff_course.figures.graphs import TraceGraph, draw_rectangle, draw_trace
from autodiff_course.figures.networks import NetworkDrawing, draw_network, draw_strips
from autodiff_course.figures.picture import Picture
from autodiff_course.figures.shapes import draw_product, draw_shapes
from autodiff_course.figures.slopes import (
    draw_floats,
    draw_secants,
    draw_step_errors,
)
from autodiff_course.figures.views import draw_training

__all__ = [
    "NetworkDrawing",
    "Picture",
    "TraceGraph",
    "draw_agreement",
    "draw_boundaries",
    "draw_chances",
    "draw_confusion",
    "draw_costs",
    "draw_curves",
    "draw_descent",
    "draw_digits",
    "draw_edge",
    "draw_epochs",
    "draw_fit",
    "draw_floats",
    "draw_network",
    "draw_newton",
    "draw_parabola",
    "draw_path",
    "draw_primitive",
    "draw_product",
    "draw_rates",
    "draw_rectangle",
    "draw_saddle",
    "draw_secants",
    "draw_shapes",
    "draw_shards",
    "draw_spreads",
    "draw_step_errors",
    "draw_strips",
    "draw_trace",
    "draw_training",
]
