"""The slope of a power towards its exponent, which both modes share. Floor 0."""

import numpy as np

from autodiff_course.operators import Operators
from autodiff_course.primitives import log


def exponent_slope(out, x, moving):
    """Return `x**n * log(x)`, the slope of a power towards its exponent.

    `out` is `x**n` and `moving` the grad of the exponent. Where `out` is 0 the slope
    is 0, as at x = 0 with n > 0. ValueError where the base is negative and the
    exponent moves: beside such a point the power is not a real number.
    """
    if isinstance(x, Operators) or isinstance(out, Operators):
        return out * log(x)
    if np.any((x < 0) & (moving != 0)):
        raise ValueError(
            "the exponent moves and the base is negative, so that x ** n has no slope; "
            "give the exponent as a plain number, or keep the base positive."
        )
    # As floats: beside an array a fraction or a very long integer is an object.
    return out * log(np.where((x < 0) | (out == 0), 1.0, x).astype(float))
