"""The room ``checks/ui_context``: see CONTRIBUTING.md."""
