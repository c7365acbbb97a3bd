"""What UI events show beside what the log decided: pairs of columns, and how they differ."""
