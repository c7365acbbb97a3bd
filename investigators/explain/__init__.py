"""The room ``explain``: see CONTRIBUTING.md."""
