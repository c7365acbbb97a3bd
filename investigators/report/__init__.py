"""The room ``report``: see CONTRIBUTING.md."""
