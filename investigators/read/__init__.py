"""The room ``read``: see CONTRIBUTING.md."""
