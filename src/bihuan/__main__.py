"""`python -m bihuan` is the `bihuan` command."""

import sys

from bihuan.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
