"""What is what: guesses columns, input mapping, score scale, decision rule, zone and component.

Everything here is a pure function that hands back :class:`~investigators.case.Guess` entries, each
with its reason and how sure it is; what the user gave always wins.
"""
