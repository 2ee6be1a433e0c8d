"""What the tests of the command share: it is called as a program, or within this process."""

import json
import re
import subprocess
import sys

from vecext.command.main import main


def program(database, *arguments):
    """The arguments of a process that runs the command."""
    return [sys.executable, "-m", "vecext", *map(str, arguments), "--dsn", database]


def run(database, *arguments, stdin=b""):
    """Runs the command as a program without a terminal. Returns its exit code and what it printed."""
    done = subprocess.run(program(database, *arguments), input=stdin, capture_output=True, timeout=300, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def call(capfd, database, *arguments):
    """Runs the command within this process. Returns its exit code and what it printed."""
    code = main([*map(str, arguments), "--dsn", database])
    return (code, *capfd.readouterr())


def result(capfd, database, *arguments):
    """What a call that succeeds prints with --json."""
    code, out, err = call(capfd, database, *arguments, "--json", "-q")
    assert code == 0, out + err
    return json.loads(out)


def peak_memory(database, *arguments):
    """The most memory that a call takes, in bytes. The process tells, as what wait4 tells has the memory of its parent, too."""
    code = "import sys; from vecext.command.main import main; assert main(sys.argv[1:]) == 0; print(open('/proc/self/status').read())"
    done = subprocess.run([sys.executable, "-c", code, *program(database, *arguments, "-q")[3:]], capture_output=True, text=True, timeout=300, check=True)
    return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", done.stdout)[1])


def operator_class(sql, index):
    """The operator class of an index of one column."""
    return sql("SELECT opcname::text FROM pg_index AS i JOIN pg_opclass AS o ON o.oid = i.indclass[0] WHERE indexrelid = %s::regclass", index)[0][0]
