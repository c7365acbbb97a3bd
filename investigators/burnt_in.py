"""The picture that is handed on: made anew from pixels, with what is covered or cut off gone.

Covered parts become pixels of one colour before anything else is done, cut parts are never copied,
what was transparent lies on white, and the file that is written holds pixels and nothing that the
given one held beside them (place, device, an earlier version, a small preview).  Only numbers are
drawn on it: words stand beside it, where they can be masked.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from investigators.pictures import Box, Mark, covered, numbered, part_shown
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    import numpy as np

LARGEST = 40_000_000  # pixels: a screen of 8,192 by 4,608 fits
COVER = (24, 24, 24)
INK, HALO = "#b3261e", "#ffffff"
PNG = b"\x89PNG\r\n\x1a\n"
LEAST_SIZE, PART_OF_SIDE = 11.0, 45  # of the numbers, in pixels: a part of the mean side


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture's size and its pixels: red, green and blue, a byte each, row by row."""

    wide: int
    high: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class Derived:
    """The picture to hand on: a PNG file, its size, and how many parts of what it shows are black.

    ``numbered`` are the marks that are drawn on it, in pixels of the given picture.
    """

    png: bytes
    wide: int
    high: int
    given: tuple[int, int]
    covered: int
    numbered: tuple[tuple[int, Mark], ...]

    @property
    def cut(self) -> bool:
        """Whether it is a part of the given one."""
        return (self.wide, self.high) != self.given


def pixels(body: bytes, name: str) -> Pixels:
    """Read a picture (PNG, JPEG, GIF, WebP, BMP), for the screen.

    Raises:
        InputTrouble: it cannot be read, or is larger than :data:`LARGEST` pixels.
    """
    read = _read(body, name)
    return Pixels(read.shape[1], read.shape[0], read.tobytes())


@lru_cache(maxsize=8)
def derived(body: bytes, name: str, marks: tuple[Mark, ...]) -> Derived:
    """Burn the marks into a picture's pixels and write what is left as a new file.

    Raises:
        InputTrouble: the picture cannot be read.
    """
    made = _read(body, name).copy()
    high, wide, _ = made.shape
    boxes = covered(marks, wide, high)
    for left, top, right, bottom in boxes:
        made[top:bottom, left:right] = COVER
    shown = part_shown(marks, wide, high)
    left, top, right, bottom = shown
    part = made[top:bottom, left:right].copy()
    drawn = numbered(marks, wide, high)
    if drawn:
        part = _over(part, drawn, shown)
    black = sum(box[0] < right and box[2] > left and box[1] < bottom and box[3] > top
                for box in boxes)  # fmt: skip
    return Derived(_png(part), right - left, bottom - top, (wide, high), black, drawn)


def _read(body: bytes, name: str) -> np.ndarray[Any, Any]:
    """Pixels of a picture as bytes, rows by columns by red, green, blue."""
    import numpy as np
    from matplotlib.image import imread

    kind = "png" if body.startswith(PNG) else "other"  # the latter: found out from the bytes
    if kind == "png" and len(body) >= 24:
        wide, high = struct.unpack(">II", body[16:24])
        _bounded(wide * high, name)
    try:
        found = imread(io.BytesIO(body), format=kind)
    except (OSError, ValueError, SyntaxError, struct.error, EOFError) as error:
        raise InputTrouble(
            name,
            f"this picture cannot be read ({error})",
            expected="PNG, JPEG, GIF, WebP or BMP",
        ) from error
    _bounded(found.shape[0] * found.shape[1], name)
    if found.dtype.kind == "f":
        found = np.rint(found * 255)
    elif found.dtype != np.uint8:  # two bytes a pixel
        found = found // 257
    found = np.atleast_3d(found).astype(np.uint8)
    if found.shape[2] <= 2:  # grey, perhaps with how much it covers
        found = np.concatenate([found[:, :, :1]] * 3 + [found[:, :, 1:]], axis=2)
    return _on_white(found) if found.shape[2] == 4 else found


def _bounded(size: int, name: str) -> None:
    if size > LARGEST:
        raise InputTrouble(
            name,
            f"this picture has {size:,} pixels",
            expected=f"at most {LARGEST:,}",
            mend="give the part that matters",
        )


def _on_white(found: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Flatten onto white: what lies under full transparency is not carried along."""
    import numpy as np

    weight = found[:, :, 3:].astype(np.float32) / 255
    flat = found[:, :, :3] * weight + 255 * (1 - weight)
    return np.asarray(np.rint(flat).astype(np.uint8))


def _over(
    part: np.ndarray[Any, Any], marks: tuple[tuple[int, Mark], ...], shown: Box
) -> np.ndarray[Any, Any]:
    """Draw the numbered marks over the pixels."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    high, wide, _ = part.shape
    figure = Figure(figsize=((wide + 0.01) / 72, (high + 0.01) / 72), dpi=72, facecolor="none")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, wide), ylim=(high, 0))
    axes.axis("off")
    size = max(LEAST_SIZE, (wide + high) / 2 / PART_OF_SIDE)
    for number, mark in marks:
        _draw(axes, number, mark, (shown[0], shown[1], wide, high), size)
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())[:high, :wide]
    weight = drawn[:, :, 3:].astype(np.float32) / 255
    mixed = drawn[:, :, :3] * weight + part * (1 - weight)
    return np.asarray(np.rint(mixed).astype(np.uint8))


def _draw(axes: Any, number: int, mark: Mark, place: Box, size: float) -> None:  # noqa: ANN401 - matplotlib's
    """Draw one mark with its number; ``place``: corner of the part in the picture, its size."""
    from matplotlib.patches import FancyArrowPatch, Rectangle

    x, y, wide, high = place
    start, end = (mark.left - x, mark.top - y), (mark.right - x, mark.bottom - y)
    line = size / 6
    for colour, width in ((HALO, line * 2), (INK, line)):
        if mark.kind == "region":
            shape = Rectangle(start, end[0] - start[0], end[1] - start[1], fill=False)
        else:
            shape = FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=size * 1.2, shrinkA=0, shrinkB=0
            )
        shape.set(edgecolor=colour, facecolor=colour, linewidth=width)
        shape.set_fill(mark.kind == "arrow")
        axes.add_patch(shape)
    room = size * 0.9
    at_x = min(max(start[0], room), max(wide - room, room))
    at_y = min(max(start[1], room), max(high - room, room))
    axes.text(
        at_x, at_y, str(number), color="white", size=size, weight="bold",
        ha="center", va="center_baseline",
        bbox={"boxstyle": "circle,pad=0.25", "facecolor": INK, "edgecolor": HALO},
    )  # fmt: skip


def _png(part: np.ndarray[Any, Any]) -> bytes:
    """Write pixels and nothing else."""
    from matplotlib.image import imsave

    buffer = io.BytesIO()
    imsave(buffer, part, format="png", metadata={"Software": None})
    return buffer.getvalue()
