"""A gateway of a test's own."""
import re
import subprocess
import threading


class Output:
    """What a process writes from now on. It is read in the background, so that its pipe never fills."""

    def __init__(self, process):
        self.stream, self.lines = process.stdout, []
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.stream:
            self.lines.append(line)

    def text(self):
        """What has come by now."""
        return "".join(self.lines)

    def whole(self):
        """What has come when the process has ended."""
        self.thread.join()
        return self.text()


class Gateway:
    """vecextd in front of the server that a connection string names, or libpq's variables."""

    def __init__(self, program, conninfo, *options):
        self.process = subprocess.Popen([program, "--postgres", conninfo, "--http-port", "0", "--grpc-port", "0", *options],
                                        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.url = self.grpc_port = None
        while self.url is None:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("the gateway did not start")
            if grpc := re.search(r"gRPC on \S+:(\d+)", line):
                self.grpc_port = int(grpc[1])
            found = re.search(r"https?://\S+", line)
            self.url = found and found[0]
        self.port = int(self.url.rsplit(":", 1)[1])
        self.output = Output(self.process)

    def stop(self):
        """Ends it, and returns what it has logged since. Raises an error if it had ended before."""
        ended = self.process.poll()
        self.process.terminate()
        log = self.output.whole()
        self.process.wait()
        if ended is not None:
            raise RuntimeError(f"the gateway ended with {ended}: {log}")
        return log
