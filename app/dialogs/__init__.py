"""Dialogs: each asks one thing and hands back a value."""
