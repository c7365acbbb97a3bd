"""The room ``checks/input_units``: see CONTRIBUTING.md."""
