"""The room ``checks/data_assumptions``: see CONTRIBUTING.md."""
