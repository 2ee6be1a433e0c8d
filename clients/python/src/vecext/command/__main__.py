"""`python -m vecext.command` is the command `vecext`."""

import sys

from vecext.command.main import main

if __name__ == "__main__":
    sys.exit(main())
