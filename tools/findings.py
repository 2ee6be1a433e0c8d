"""What the checks of a tree share: which tree it is, and how they print what they find."""
import sys
from pathlib import Path


def tree_of_arguments():
    return Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])


def report(findings):
    """Prints a line for each (where, fault); the exit status is 1 if there is one."""
    count = 0
    for where, fault in findings:
        print(f"{where}: {fault}")
        count += 1
    return 1 if count else 0
