"""The command line over :mod:`investigators.desk`: never imports Qt, needs no display."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigators import __version__
from investigators.task import Cancelled, Task
from investigators.trouble import InputTrouble

if TYPE_CHECKING:
    from investigators.case import Brief
    from investigators.investigation import Investigation

DONE, TROUBLE, CANCELLED = 0, 2, 130
COMMANDS = ("investigate", "replay", "export", "sample")
LATER = ("verify",)  # commands of the contract that come with later versions
SOURCES = ("model", "log", "reference", "outcomes", "features", "feature-store", "policy",
           "releases", "screenshot")  # fmt: skip
REPEATED = ("ui-events", "lookup", "other-model")
SETTINGS = ("title", "reported", "expected", "above", "below", "adverse", "positive", "zone")


class _Parser(argparse.ArgumentParser):
    """Errors as the contract has them: one line on standard error, exit status 2."""

    def error(self, message: str) -> Any:  # noqa: ANN401 - argparse's signature is NoReturn
        print(f"fifthwhy: {message}; see fifthwhy --help", file=sys.stderr)
        raise SystemExit(TROUBLE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status (contract.md, "Commands")."""
    parser = _parser()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given:
        parser.print_help()
        return DONE
    if given[0] in LATER:
        words = f"{given[0]} is not part of this version; expected one of {', '.join(COMMANDS)}"
        print(f"fifthwhy: {words}; see fifthwhy --help", file=sys.stderr)
        return TROUBLE
    if given[0] not in COMMANDS and not given[0].startswith("-"):
        print(
            f"{given[0]}: no command of this version; expected one of {', '.join(COMMANDS)}; "
            f"for example fifthwhy investigate {given[0]} --out out",
            file=sys.stderr,
        )
        return TROUBLE
    options = parser.parse_args(given)
    task = Task(_Progress().listen if not options.quiet else None)
    try:
        with _interruptible(task):
            status: int = options.run(options, task)
            return status
    except InputTrouble as trouble:
        _wipe()
        print(trouble.line(), file=sys.stderr)
        return TROUBLE
    except (Cancelled, KeyboardInterrupt):
        _wipe()
        print("cancelled; nothing half-written was left behind", file=sys.stderr)
        return CANCELLED


class _interruptible:  # noqa: N801 - reads as a phrase after "with"
    """Ctrl+C cancels the task (a running query stops), a second one stops at once."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def __enter__(self) -> None:
        def on_signal(*_: object) -> None:
            if self.task.cancelled:
                raise KeyboardInterrupt
            self.task.cancel()

        self.before = signal.signal(signal.SIGINT, on_signal)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self.before)


@dataclass
class _Progress:
    """Progress on standard error: one line that changes on a terminal, else a line per step."""

    last: str = field(default="")

    def listen(self, done: int, total: int, words: str) -> None:
        """Say it when the words change (always on a terminal)."""
        if not words:
            return
        share = f" {done * 100 // total} %" if total else ""
        if sys.stderr.isatty():
            print(f"\r\x1b[2K{words}{share}", end="", file=sys.stderr, flush=True)
        elif words != self.last:
            print(words, file=sys.stderr)
        self.last = words


def _wipe() -> None:
    """Take the last progress off a terminal's line."""
    if sys.stderr.isatty():
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="fifthwhy",
        description="Find out why one decision of a machine-learning model surprised somebody.",
        epilog="Manuals: resources/help, or the project's README.",
    )
    parser.add_argument("--version", action="version", version=f"fifthwhy {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _investigate(commands)
    _replay(commands)
    _export(commands)
    _sample(commands)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", default="md,html", metavar="LIST", help="md,html (default)")
    parser.add_argument(
        "--audience",
        choices=("internal", "shared", "public"),
        default="shared",
        help="how much is masked in reports, and of what people told (default: shared)",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--timings", action="store_true", help="durations into findings.json")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="what is warned of stops the export: a wording, a case closed over a guard",
    )
    parser.add_argument(
        "--trust-model",
        action="store_true",
        help="a pickled model may be read, in a child process",
    )


def _investigate(commands: Any) -> None:  # noqa: ANN401 - argparse's own private type
    parser = commands.add_parser(
        "investigate", help="run everything that applies, without a window"
    )
    _sources(parser)
    parser.add_argument("--out", required=True, metavar="DIR")
    _common(parser)
    parser.set_defaults(run=_run_investigate)


def _sources(parser: argparse.ArgumentParser) -> None:
    """Options that say what is investigated."""
    parser.add_argument("case", nargs="?", metavar="case.toml", help="or the sources as options")
    # Each may be given several times: the brief says for which that is one too many.
    for name in (*SOURCES, *REPEATED):
        parser.add_argument(f"--{name}", metavar="F", action="append", default=[])
    parser.add_argument("--column", action="append", default=[], metavar="SOURCE.ROLE=COLUMN")
    parser.add_argument("--unit", action="append", default=[], metavar="INPUT=UNIT")
    parser.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="NAME=ROWS",
        help='rows of the log as a group, such as "small shops=channel = shop and amount < 20"',
    )
    parser.add_argument("--decision", metavar="ID")
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--cuts", metavar="0.2,0.6")
    parser.add_argument("--labels", metavar="accept,review,refuse")
    parser.add_argument("--component", action="append", default=[], metavar="NAME")
    parser.add_argument("--dates", choices=("day-first", "month-first"))
    parser.add_argument(
        "--depth", choices=("2", "3"), help="conditions of a hidden group at most (default 2)"
    )
    for name in SETTINGS:
        parser.add_argument(f"--{name}")


def _replay(commands: Any) -> None:  # noqa: ANN401 - as above
    parser = commands.add_parser(
        "replay", help="try a repair by hand: what the model would have said"
    )
    _sources(parser)
    parser.add_argument(
        "--repair",
        action="append",
        required=True,
        metavar="STEP",
        help='such as "divide form_fill_time by 1000 where app_version = 4.8.1 since 2026-05-07"; '
        "several are undone one after the other",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.add_argument("--trust-model", action="store_true", help="as for investigate")
    parser.set_defaults(run=_run_replay)


def _export(commands: Any) -> None:  # noqa: ANN401 - as above
    parser = commands.add_parser("export", help="reports of a case as it stands")
    parser.add_argument("case", metavar="CASE", help="a case.fifthwhy")
    parser.add_argument("--out", required=True, metavar="DIR")
    _common(parser)
    parser.set_defaults(run=_run_export)


def _sample(commands: Any) -> None:  # noqa: ANN401 - as above
    parser = commands.add_parser("sample", help="investigate a built-in case (none: list them)")
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("--out", metavar="DIR", help="default: fifthwhy-NAME")
    _common(parser)
    parser.set_defaults(run=_run_sample)


def brief_of(options: argparse.Namespace) -> Brief:
    """Make the brief of an ``investigate`` command: the case file with the flags put over it."""
    from investigators.brief import brief_from_flags, merge, read_case

    sources = {name: list(_option(options, name)) for name in (*SOURCES, *REPEATED)}
    flags = brief_from_flags(
        sources,
        options.column,
        decision=options.decision,
        threshold=options.threshold,
        cuts=_numbers(options.cuts),
        labels=tuple(options.labels.split(",")) if options.labels else (),
        components=tuple(options.component),
        units=tuple(options.unit),
        groups=tuple(options.group),
        dates=options.dates,
        depth=options.depth,
        trust_model=options.trust_model,
        **{name: getattr(options, name) for name in SETTINGS},
    )
    if options.case is None:
        return flags
    return replace(merge(read_case(options.case), flags), case_file=Path(options.case).name)


def _option(options: argparse.Namespace, name: str) -> Any:  # noqa: ANN401 - text or list
    return getattr(options, name.replace("-", "_"))


def _numbers(text: str | None) -> tuple[float, ...]:
    if not text:
        return ()
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise InputTrouble(
            "--cuts", f"{text!r} is no list of numbers", expected="0.2,0.6"
        ) from error


def _run_investigate(options: argparse.Namespace, task: Task) -> int:
    return _work(brief_of(options), options, task)


def _run_replay(options: argparse.Namespace, task: Task) -> int:
    from investigators import desk
    from investigators.trial import parse
    from investigators.trial_words import result_lines

    steps = [parse(text) for text in options.repair]
    with desk.open_case(brief_of(options), task) as opened:
        done = opened.settled(task).tried(steps, task)
        _wipe()
        if done is None:
            raise InputTrouble(
                "the repair", "changes nothing", mend="it needs a log, and a model for its inputs"
            )
        for line in result_lines(done, opened.case):
            print(line)
    return DONE


def _work(brief: Brief, options: argparse.Namespace, task: Task) -> int:
    from investigators import desk

    formats = _formats(options)
    desk.can_hold(options.out)
    with desk.open_case(brief, task) as opened:
        found = opened.investigate(task)
        timings = dict(opened.timings) if options.timings else None
        written = [*desk.save(found, options.out, timings, options.audience)]
        written += desk.export(found, options.out, formats, options.audience, strict=options.strict)
    _say(found, written)
    return DONE


def _formats(options: argparse.Namespace) -> tuple[str, ...]:
    """The wanted formats, refused before any work is done."""
    from investigators import desk

    formats = tuple(name.strip() for name in options.format.split(",") if name.strip())
    if not formats:
        raise InputTrouble("--format", "names no format", expected="md, html or both")
    desk.writers_of(formats)
    return formats


def _say(found: Investigation, written: Sequence[Path]) -> None:
    _wipe()
    print(found.conclusion_sentence)
    for lead in found.leads:
        flips = " · this decision flips" if lead.repair and lead.repair.flips else ""
        print(f"  {lead.rank}. {lead.strength} · {lead.cause} · {lead.statement}{flips}")
    for path in written:
        print(path)


def _run_export(options: argparse.Namespace, _: Task) -> int:
    from investigators import desk

    formats = _formats(options)
    found = desk.load(options.case)
    for path in desk.export(found, options.out, formats, options.audience, strict=options.strict):
        print(path)
    return DONE


def _run_sample(options: argparse.Namespace, task: Task) -> int:
    from investigators import desk
    from investigators.brief import read_case

    if options.name is None:
        for name in desk.samples():
            print(f"{name}\t{read_case(desk.sample(name)).title or ''}")
        return DONE
    brief = replace(read_case(desk.sample(options.name)), case_file="case.toml")
    options.out = options.out or f"fifthwhy-{options.name}"
    return _work(brief, options, task)


if __name__ == "__main__":
    raise SystemExit(main())
