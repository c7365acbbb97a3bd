"""``python -m investigators`` is the command ``fifthwhy``."""

from investigators.cli import main

raise SystemExit(main())
