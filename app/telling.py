"""What people tell a case: every form in which they do, each shown over the window."""

from __future__ import annotations

from app.pages import Pages


class Telling(Pages):
    """A window with its forms; each puts what was told into the case."""

    def first_questions(self) -> None:
        """Ask the three questions that stand in for UI events."""
        from app.dialogs.first_questions import ask_questions

        ask_questions(self, self.session)

    def action_points(self) -> None:
        """Edit what is to be done, by whom and until when."""
        from app.dialogs.action_points import edit_actions

        edit_actions(self, self.session)

    def add_picture(self) -> None:
        """Ask for a screenshot, and mark it."""
        from app.dialogs.picture import choose_picture

        choose_picture(self, self.session)

    def paste_picture(self) -> None:
        """Mark the picture on the clipboard."""
        from app.dialogs.picture import paste_picture

        paste_picture(self, self.session)

    def mark_picture(self) -> None:
        """Mark a picture that is in the case."""
        from app.dialogs.picture import mark_picture

        mark_picture(self, self.session)

    def learned(self) -> None:
        """Ask what people take from the case."""
        from app.dialogs.learned import tell_learned

        tell_learned(self, self.session)

    def costs(self) -> None:
        """Ask what it costs while it runs."""
        from app.dialogs.learned import tell_costs

        tell_costs(self, self.session)

    def interview(self) -> None:
        """Ask for what a person answered."""
        from app.dialogs.told import tell_interview

        tell_interview(self, self.session)

    def walkthrough(self) -> None:
        """Ask for a way through the product, step by step."""
        from app.dialogs.told import tell_walkthrough

        tell_walkthrough(self, self.session)

    def named_groups(self) -> None:
        """Make, rename, edit and delete named groups of rows."""
        from app.dialogs.groups import edit_groups

        edit_groups(self, self.session)
