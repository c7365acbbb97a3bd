"""Outcomes of the log and of training: turned, late, lost, or known to an input."""
