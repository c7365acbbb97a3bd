"""The room ``slices``: search for groups that nobody named, see CONTRIBUTING.md."""
