"""Planted faults of many kinds: tables, faults, twins, truth as data, and a judge.

Apart from the checks on purpose: nothing of ``investigators`` is imported in this package.
"""
