"""``python -m app``: the window from a checkout."""

from app.main import main

raise SystemExit(main())
