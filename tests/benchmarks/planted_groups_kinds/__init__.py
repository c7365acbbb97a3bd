"""Planted faults of groups and of what was shown: tables, truth as data, difficulty, a judge.

Apart from the checks on purpose: nothing of ``investigators`` is imported in this package.
"""
