"""The room ``tables``: see CONTRIBUTING.md."""
