"""The program's front: files open the window, commands go to the command line without Qt.

``fifthwhy`` alone shows the start page; ``fifthwhy FILE ...`` opens files; ``fifthwhy sample
NAME`` opens a sample.  Without a display it says so and investigates without one.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from investigators.trouble import InputTrouble

HEADLESS = ("investigate", "replay", "export", "verify")
TROUBLE = 2  # the command line's exit status for what cannot be used


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and (given[0] in HEADLESS or given[0].startswith("-")):
        return _command(given)
    if given and given[0] == "sample" and (len(given) != 2 or given[1].startswith("-")):
        return _command(given)
    try:
        paths = _paths(given)
    except InputTrouble as trouble:
        print(trouble.line(), file=sys.stderr)
        return TROUBLE
    if not _display():
        return _without_display(given, paths)
    return _window(paths)


def _command(given: Sequence[str]) -> int:
    from investigators import cli  # only here: a window needs nothing of it

    return cli.main(given)


def _paths(given: Sequence[str]) -> list[str]:
    if given and given[0] == "sample":
        from investigators import desk

        return [str(desk.sample(given[1]))]
    missing = [path for path in given if not Path(path.partition("::")[0]).exists()]
    if missing:
        raise InputTrouble(
            missing[0],
            "there is no such file or command",
            expected=f"a file, or one of {', '.join((*HEADLESS, 'sample'))}",
        )
    return list(given)


def _display() -> bool:
    """Whether a window can be shown (Linux needs a display; a chosen Qt platform counts)."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _without_display(given: Sequence[str], paths: Sequence[str]) -> int:
    words = "There is no display here, so no window can be shown"
    if given and given[0] == "sample":
        print(f"{words}; the same case is investigated without it.", file=sys.stderr)
        return _command(["sample", given[1], "--out", f"out/{given[1]}"])
    cases = [path for path in paths if path.endswith(".toml")]
    if cases:
        print(f"{words}; the same case is investigated without it.", file=sys.stderr)
        return _command(["investigate", cases[0], "--out", "out"])
    print(f"{words}; see fifthwhy --help for the commands that need none.", file=sys.stderr)
    return TROUBLE


def _window(paths: list[str]) -> int:
    gc.disable()  # everything made for the first picture stays; app.collector goes on after that
    try:
        from app import start
    except ImportError as error:
        print(
            f"fifthwhy: the window cannot be loaded ({error}); install its libraries, or use "
            "fifthwhy investigate",
            file=sys.stderr,
        )
        return TROUBLE
    return start.run(paths)


if __name__ == "__main__":
    raise SystemExit(main())
