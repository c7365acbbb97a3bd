"""The room ``checks``: see CONTRIBUTING.md."""
