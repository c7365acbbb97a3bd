"""Fifth Why: investigate one surprising decision of a machine-learning model.

Everything that finds out lives here and knows no Qt; :mod:`investigators.desk` is the front door.
"""

__version__ = "0.1.0"
