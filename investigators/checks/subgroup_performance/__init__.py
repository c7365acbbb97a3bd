"""The room ``checks/subgroup_performance``: see CONTRIBUTING.md."""
