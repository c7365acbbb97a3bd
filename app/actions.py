"""Every user action as a row: menus, shortcuts, the command palette and help are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.language import later, tr
from app.records import shown

if TYPE_CHECKING:
    from app.state import State
    from app.window import Window

MENUS = (
    later("File"),
    later("Edit"),
    later("Decision"),
    later("Investigate"),
    later("Case"),
    later("Report"),
    later("View"),
    later("Help"),
)


@dataclass(frozen=True)
class Action:
    """One action.  ``words`` may hold ``{undo}`` or ``{redo}``; ``needs`` says when it can be done.

    ``shortcuts``: the first is shown; a menu of ``""`` keeps it out of the menus (palette only).
    ``checked`` makes it one that is on or off.
    """

    id: str
    words: str
    menu: str
    do: Callable[[Window], object]
    shortcuts: tuple[str, ...] = ()
    needs: Callable[[State], bool] = lambda _state: True
    gap: bool = False
    why_not: str = ""
    checked: Callable[[State], bool] | None = None

    def said(self, state: State) -> str:
        """The words as they are now."""
        undo, redo = _inside(shown(state.undo)), _inside(shown(state.redo))
        return tr(self.words, undo=undo, redo=redo).strip()


def _inside(words: str) -> str:
    """Words of a change after a verb; ids and names in them keep their case."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _on_screen(state: State) -> bool:
    seen = state.found.seen if state.found is not None else None
    return seen is not None and bool(seen.boxes)


def _case(state: State) -> bool:
    return state.stage == "case"


def _opened(state: State) -> bool:
    return state.case is not None


def _picked(state: State) -> bool:
    return state.case is not None and state.case.decision is not None


def _found(state: State) -> bool:
    return state.found is not None


def _told(state: State) -> bool:
    brief = state.draft.brief
    from investigators.case import Answers  # late: the first picture does without it

    told = (brief.answers != Answers(), brief.interviews, brief.walkthroughs)
    return any(told) or _pictured(state)


def _logged(state: State) -> bool:
    return state.case is not None and any(s.role == "log" for s in state.case.sources)


def _pictured(state: State) -> bool:
    sources = () if state.found is None else state.found.case.sources
    return state.case is not None and bool(state.board.every_picture(sources))


def _closed(state: State) -> bool:
    return state.case is not None and state.board.ending is not None


def _open(state: State) -> bool:
    return _found(state) and not _closed(state)


OPEN_FIRST = later("open a case first")
PICK_FIRST = later("pick a decision first")
FOUND_FIRST = later("the checks have to finish first")

ACTIONS: tuple[Action, ...] = (
    Action("open", later("Open files…"), "File", lambda w: w.choose_files(), ("Ctrl+O",)),
    Action("open_case", later("Open a case…"), "File", lambda w: w.choose_case(),
           ("Ctrl+Shift+O",)),
    Action("add_file", later("Add files…"), "File", lambda w: w.choose_files(), (), _opened,
           why_not=OPEN_FIRST),
    Action("copy_case", later("Save a copy of the case…"), "File", lambda w: w.save_copy(),
           ("Ctrl+Shift+S",), lambda s: s.path is not None, gap=True, why_not=OPEN_FIRST),
    Action("close_case", later("Leave the case"), "File", lambda w: w.session.start(), ("Ctrl+W",),
           lambda s: s.stage != "start", why_not=OPEN_FIRST),
    Action("quit", later("Quit"), "File", lambda w: w.close(), ("Ctrl+Q",), gap=True),
    Action("undo", later("Undo {undo}"), "Edit", lambda w: w.session.undo(), ("Ctrl+Z",),
           lambda s: bool(s.undo), why_not=later("there is nothing to undo")),
    Action("redo", later("Redo {redo}"), "Edit", lambda w: w.session.redo(),
           ("Ctrl+Shift+Z", "Ctrl+Y"), lambda s: bool(s.redo),
           why_not=later("there is nothing to redo")),
    Action("copy", later("Copy"), "Edit", lambda w: w.copy(), ("Ctrl+C",), gap=True),
    Action("copy_picture", later("Copy as picture"), "Edit", lambda w: w.copy_as("picture"), (),
           _case, why_not=OPEN_FIRST),
    Action("copy_table", later("Copy as table"), "Edit", lambda w: w.copy_as("table"), (), _case,
           why_not=OPEN_FIRST),
    Action("copy_markdown", later("Copy as Markdown"), "Edit", lambda w: w.copy_as("markdown"),
           ("Ctrl+Shift+C",), _case, why_not=OPEN_FIRST),
    Action("copy_id", later("Copy the decision’s id"), "Edit", lambda w: w.copy_id(), (), _picked,
           why_not=PICK_FIRST),
    Action("find", later("Find…"), "Edit", lambda w: w.palette(), ("Ctrl+K", "Ctrl+Shift+P"),
           gap=True),
    Action("search", later("Search decisions"), "Decision", lambda w: w.search(), ("Ctrl+F",),
           _case, why_not=OPEN_FIRST),
    Action("go_to", later("Go to a decision…"), "Decision", lambda w: w.go_to(), ("Ctrl+G",),
           _opened, why_not=OPEN_FIRST),
    Action("next", later("Next decision"), "Decision", lambda w: w.step(1), ("Alt+Down",), _case,
           why_not=OPEN_FIRST),
    Action("previous", later("Previous decision"), "Decision", lambda w: w.step(-1), ("Alt+Up",),
           _case, why_not=OPEN_FIRST),
    Action("back", later("Back to the decision before"), "Decision", lambda w: w.walk(-1),
           ("Alt+Left",), lambda s: bool(s.trail.beside(-1)), gap=True,
           why_not=later("no other decision was picked before")),
    Action("forward", later("Forward again"), "Decision", lambda w: w.walk(1), ("Alt+Right",),
           lambda s: bool(s.trail.beside(1)),
           why_not=later("this is the last decision that was picked")),
    Action("surprise", later("Most surprising first"), "Decision", lambda w: w.surprise(),
           ("Ctrl+Shift+M",), _case, why_not=OPEN_FIRST),
    Action("what_is_what", later("What is what"), "Decision", lambda w: w.show_sources(),
           ("Ctrl+Shift+W",), _opened, gap=True, why_not=OPEN_FIRST),
    Action("expect", later("Say what you expected…"), "Investigate", lambda w: w.expect(),
           ("Ctrl+Shift+X",), _opened, why_not=OPEN_FIRST),
    Action("questions", later("Answer the three first questions…"), "Investigate",
           lambda w: w.first_questions(), ("Ctrl+Shift+Q",), _opened, why_not=OPEN_FIRST),
    Action("groups", later("Named groups…"), "Investigate", lambda w: w.named_groups(),
           ("Ctrl+Shift+G",), _logged, why_not=later("open a case with a log first")),
    Action("again", later("Run the checks again"), "Investigate", lambda w: w.session.investigate(),
           ("F9",), _picked, gap=True, why_not=PICK_FIRST),
    Action("cancel", later("Cancel what is running"), "Investigate", lambda w: w.session.cancel(),
           ("Ctrl+.",), lambda s: bool(s.busy), why_not=later("nothing is running")),
    Action("answer", later("Answer with the lead…"), "Investigate", lambda w: w.whys.answer_lead(),
           ("Ctrl+Return",), lambda s: _found(s) and bool(s.progress.leads), gap=True,
           why_not=later("there is no lead yet")),
    Action("try_repair", later("Try a repair…"), "Investigate", lambda w: w.try_repair(),
           ("Ctrl+Shift+R",), _picked, why_not=PICK_FIRST),
    Action("fact", later("Add a fact…"), "Investigate", lambda w: w.whys.add_fact(),
           ("Ctrl+Shift+F",), _case, why_not=PICK_FIRST),
    Action("rival", later("Add a rival…"), "Investigate", lambda w: w.whys.add_rival(), (), _case,
           why_not=PICK_FIRST),
    Action("add_picture", later("Add a screenshot…"), "Case", lambda w: w.add_picture(), (),
           _opened, why_not=OPEN_FIRST),
    Action("paste_picture", later("Paste a screenshot"), "Case", lambda w: w.paste_picture(),
           ("Ctrl+V",), _opened, why_not=OPEN_FIRST),
    Action("mark_picture", later("Mark a picture…"), "Case", lambda w: w.mark_picture(),
           ("Ctrl+Shift+V",), _pictured, why_not=later("the case has no picture yet")),
    Action("interview", later("Add an interview…"), "Case", lambda w: w.interview(),
           ("Ctrl+Shift+J",), _opened, why_not=OPEN_FIRST),
    Action("walkthrough", later("Add a walkthrough…"), "Case", lambda w: w.walkthrough(),
           ("Ctrl+Shift+H",), _opened, why_not=OPEN_FIRST),
    Action("action_points", later("Action points…"), "Case", lambda w: w.action_points(),
           ("Ctrl+Shift+A",), _found, gap=True, why_not=FOUND_FIRST),
    Action("learned", later("What we learned…"), "Case", lambda w: w.learned(), ("Ctrl+Shift+L",),
           _picked, why_not=PICK_FIRST),
    Action("costs", later("What it costs…"), "Case", lambda w: w.costs(), ("Ctrl+Shift+I",),
           _picked, why_not=PICK_FIRST),
    Action("end_case", later("Close with an ending…"), "Case", lambda w: w.end_case(),
           ("Ctrl+Shift+K",), _open,
           why_not=later("the checks have to finish first, and a closed case is reopened first")),
    Action("reopen_case", later("Reopen the case"), "Case", lambda w: w.reopen_case(), (), _closed,
           why_not=later("the case is not closed")),
    Action("strict", later("Strict: guards block"), "Case", lambda w: w.toggle_strict(), (),
           _opened, gap=True, why_not=OPEN_FIRST, checked=lambda s: s.board.strict),
    Action("playbook", later("Choose a playbook…"), "Case", lambda w: w.choose_playbook(), (),
           _picked, why_not=PICK_FIRST),
    Action("export", later("Export…"), "Report", lambda w: w.export(), ("Ctrl+E", "Ctrl+Shift+E"),
           _found, why_not=FOUND_FIRST),
    Action("print", later("Print the report…"), "Report", lambda w: w.print_report(), ("Ctrl+P",),
           _found, why_not=FOUND_FIRST),
    Action("meeting", later("Meeting"), "Report", lambda w: w.meeting(), ("F5", "F11"), _found,
           why_not=FOUND_FIRST),
    Action("whys_tab", later("Whys"), "View", lambda w: w.show_tab(0), ("Ctrl+2",), _case,
           why_not=OPEN_FIRST),
    Action("timeline_tab", later("Timeline"), "View", lambda w: w.show_tab(1), ("Ctrl+3",), _case,
           why_not=OPEN_FIRST),
    Action("report_tab", later("Report"), "View", lambda w: w.show_tab(2), ("Ctrl+4",), _case,
           why_not=OPEN_FIRST),
    Action("decisions", later("Show or hide the decisions"), "View", lambda w: w.toggle_decisions(),
           ("Ctrl+1",), _case, why_not=OPEN_FIRST),
    Action("seen", later("What the person saw"), "View", lambda w: w.explanation.toggle_seen(),
           ("Ctrl+Shift+T",), lambda s: _found(s) and (_on_screen(s) or _told(s)),
           why_not=later("no UI events say what was shown, and nobody told anything")),
    Action("table", later("Chart as a table"), "View", lambda w: w.explanation.toggle_table(),
           ("Ctrl+T",), _case, why_not=OPEN_FIRST),
    Action("larger", later("Larger text"), "View", lambda w: w.zoom(1), ("Ctrl++", "Ctrl+="),
           gap=True),
    Action("smaller", later("Smaller text"), "View", lambda w: w.zoom(-1), ("Ctrl+-",)),
    Action("normal", later("Normal text"), "View", lambda w: w.zoom(0), ("Ctrl+0",)),
    Action("light", later("Light"), "View", lambda w: w.scheme("light"), gap=True),
    Action("dark", later("Dark"), "View", lambda w: w.scheme("dark")),
    Action("contrast", later("High contrast"), "View", lambda w: w.scheme("contrast")),
    Action("system", later("As the desktop"), "View", lambda w: w.scheme("system")),
    Action("reset", later("Reset the layout"), "View", lambda w: w.reset_layout(), gap=True),
    Action("help", later("Help on this pane"), "Help", lambda w: w.help(), ("F1",)),
    Action("shortcuts", later("Shortcuts"), "Help", lambda w: w.shortcuts(), ("Ctrl+?",)),
    Action("log", later("Show log"), "Help", lambda w: w.show_log()),
    Action("about", later("About Fifth Why"), "Help", lambda w: w.about(), gap=True),
)  # fmt: skip
