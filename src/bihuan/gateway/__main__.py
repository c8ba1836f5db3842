"""`python -m bihuan.gateway`."""

from __future__ import annotations

import sys

from bihuan.gateway.main import main

sys.exit(main())
