"""A session whose statements are timed: by the client's clock, and by the processor time of its backend."""
import time

import numpy
import psycopg


class Session:
    def __init__(self, conninfo):
        self.connection = psycopg.connect(conninfo, autocommit=True, prepare_threshold=None)
        self.execute = self.connection.execute
        self.pid = self.connection.info.backend_pid

    def cpu(self):
        """Seconds that the backend has run; of workers, nothing."""
        with open(f"/proc/{self.pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e9

    def timed(self, action):
        """What an action returns, the seconds that it takes, and the backend's."""
        cpu, start = self.cpu(), time.perf_counter()
        result = action()
        return result, time.perf_counter() - start, self.cpu() - cpu

    def prepare(self, statement):
        self.connection.pgconn.exec_(b"DEALLOCATE ALL")
        result = self.connection.pgconn.prepare(b"query", statement.encode())
        if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
            raise RuntimeError(result.error_message.decode())

    def ask(self, parameter):
        """The first column of the prepared statement's rows. Beneath psycopg's cursors, which take longer than a search."""
        result = self.connection.pgconn.exec_prepared(b"query", [parameter.encode()])
        if result.status != psycopg.pq.ExecStatus.TUPLES_OK:
            raise RuntimeError(result.error_message.decode())
        return [int(result.get_value(i, 0)) for i in range(result.ntuples)]

    def times(self, statement, parameters, rounds=1, longest=60):
        """Milliseconds of each query, the best of the rounds, and the mean of the backend's; no new round after `longest` seconds."""
        self.prepare(statement)
        for parameter in parameters[:20]:
            self.ask(parameter)
        best, cpus, begin = [], [], time.perf_counter()
        for _ in range(rounds):
            cpu, elapsed = self.cpu(), []
            for parameter in parameters:
                start = time.perf_counter()
                self.ask(parameter)
                elapsed.append((time.perf_counter() - start) * 1000)
                if time.perf_counter() - begin > longest:
                    break
            cpus.append((self.cpu() - cpu) * 1000 / len(elapsed))
            best = elapsed if not best else [min(pair) for pair in zip(best, elapsed)]
            if time.perf_counter() - begin > longest:
                break
        return numpy.array(best), float(numpy.median(cpus))
