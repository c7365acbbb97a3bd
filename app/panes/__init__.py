"""Panes of the window: each shows one part of the session's state."""
