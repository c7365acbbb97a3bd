"""Item models over what the desk answers."""
