"""The window (Qt only; draws and asks, computes nothing)."""
