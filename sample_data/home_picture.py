"""The screenshot of sample (b), drawn from the very events of the page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

TINT = {"men": "#cfdcec", "women": "#eed3dc", "home": "#dde5d2"}
WIDTH, HEIGHT, DPI = 3.9, 7.2, 100
INK, GREY = "#1d2733", "#6a7480"


def draw(page: pd.DataFrame, items: pd.DataFrame, path: Path) -> None:
    """Draw the app's home page: ``page`` holds the events of one page view, top first."""
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 390), ylim=(720, 0))
    axes.axis("off")
    axes.add_patch(Rectangle((0, 0), 390, 52, color="#24405c"))
    axes.text(18, 33, "Home", color="white", size=13, weight="bold")
    axes.text(372, 32, "men  ·  women  ·  home", color="white", size=8, ha="right")
    known = items.set_index("item")
    top = 66.0
    for _, box in page.sort_values("position").groupby("component", sort=False):
        top = draw_box(axes, box, known, top)
    figure.savefig(path, dpi=DPI, metadata={"Software": None})


def draw_box(axes, box: pd.DataFrame, known: pd.DataFrame, top: float) -> float:  # noqa: ANN001
    """Draw one titled box with its cards; return where the next one starts."""
    if box["item"].isna().all():
        axes.add_patch(Rectangle((14, top), 362, 74, color="#f3d9a4"))
        axes.text(32, top + 33, box["title"].iloc[0], size=12, weight="bold", color=INK)
        axes.text(32, top + 55, box["text"].iloc[0], size=9, color=INK)
        return top + 96
    axes.text(16, top + 14, box["title"].iloc[0], size=11, weight="bold", color=INK)
    for place, event in enumerate(box.itertuples()):
        left = 14 + place * 122
        item = known.loc[event.item]
        axes.add_patch(
            FancyBboxPatch((left + 2, top + 26), 110, 84, boxstyle="round,pad=0,rounding_size=6",
                           facecolor=TINT[item["section"]], edgecolor="none")
        )  # fmt: skip
        axes.text(left + 57, top + 74, item["category"], size=8, ha="center", color=GREY)
        words = str(event.text).replace(" for ", "\nfor ")
        axes.text(left + 2, top + 126, words, size=7.2, color=INK, va="top", linespacing=1.25)
        axes.text(left + 2, top + 165, f"{item['price']:.2f} €", size=7.5, color=INK, weight="bold")
    return top + 190
