"""`python -m vecext` is the command `vecext`, which needs more packages than the library does."""

import sys


def main() -> int:
    """Runs the command; returns its exit code."""
    try:
        from vecext.command.main import main as command
    except ModuleNotFoundError as error:
        hint = "pip install './clients/python[files,command]' 'psycopg[binary]', in vecext's sources"
        print(f"error: the command needs the package {error.name}\nhint: {hint}", file=sys.stderr)
        return 1
    return command()


if __name__ == "__main__":
    sys.exit(main())
