#!/usr/bin/env python3
"""Fails over under the eyes of Qdrant's client: a cluster of Patroni behind the gateway loses its primary under load.

    test/client/failover.py PROGRAM [--rounds N] [--ttl SECONDS] [--nodes N] [--asynchronous]

PROGRAM is vecextd. Needs qdrant-client, psycopg, etcd, Patroni, and PostgreSQL's programs with vecext in PATH; it does
not run as root. Says so and does nothing if etcd or Patroni are not there. Prints how long changes and reads were not
answered, and fails if something is wrong:

- while there is no primary, requests are answered by 503 with Retry-After, and by nothing else;
- all batches of points that were acknowledged are there, each as a whole. With --asynchronous, those that no standby had
  are lost, which is shown and is no fault;
- a second gateway, which prefers standbys, answers reads.
"""
import argparse
import collections
import sys
import threading
import time

import psycopg
from gateway_process import Gateway
from patroni_cluster import Cluster, missing
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

COLLECTION = "failover"
BATCH = 20  # points
LIMIT = 120  # seconds within which changes must be answered again
SETTLE = 2  # seconds of load before and after an event


class Traffic:
    """Threads that ask a gateway the same kind of request for as long as the test lasts."""

    def __init__(self, url, request, threads):
        self.url, self.request, self.is_over = url, request, False
        self.successes, self.seen, self.faults = [], collections.Counter(), []
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(threads)]

    def work(self):
        client = QdrantClient(url=self.url, timeout=30, check_compatibility=False)
        while not self.is_over:
            try:
                self.request(client)
                self.successes.append(time.monotonic())
                self.seen[200] += 1
            except UnexpectedResponse as error:
                self.seen[error.status_code] += 1
                if error.status_code != 503 or "retry-after" not in error.headers:
                    self.faults.append(f"{self.request.__name__}: {error.status_code} {error.content[:200]}")
                time.sleep(.05)
            except ResponseHandlingException as error:
                self.faults.append(f"{self.request.__name__}: {error.source!r}")
                time.sleep(.05)
        client.close()

    def await_success(self, since):
        """Waits for a success that a request has which began, as good as certain, after that time."""
        end = time.monotonic() + LIMIT
        while not self.successes or self.successes[-1] < since + .5:
            if time.monotonic() > end:
                raise RuntimeError(f"{self.request.__name__}: no success within {LIMIT} s")
            time.sleep(.02)

    def pause(self, begin):
        """The longest time without a success, from that time on."""
        times = sorted([begin, *(at for at in list(self.successes) if at > begin)])
        return max((later - earlier for earlier, later in zip(times, times[1:])), default=0)

    def stop(self):
        self.is_over = True
        for thread in self.threads:
            thread.join()


class Batches:
    """What was sent, and what was acknowledged."""

    def __init__(self):
        self.lock, self.sent, self.acknowledged = threading.Lock(), 0, set()

    def upsert(self, client):
        with self.lock:
            number, self.sent = self.sent, self.sent + 1
        points = [models.PointStruct(id=BATCH * number + i, vector=[i, 1], payload={"batch": number}) for i in range(BATCH)]
        client.upsert(COLLECTION, points, wait=True)
        self.acknowledged.add(number)

    def check(self, session):
        """(batches that are there as a part, batches that were acknowledged and are not there)"""
        rows = session.execute(f"SELECT (payload ->> 'batch')::int, count(*) FROM {COLLECTION} GROUP BY 1").fetchall()
        return [number for number, count in rows if count != BATCH], self.acknowledged - {number for number, _ in rows}


def query(client):
    client.query_points(COLLECTION, query=[1, 1], limit=5)


def switch_over(cluster):
    cluster.switch_over()


def kill_postgres(cluster):
    cluster.primary().kill_postgres()


def kill_node(cluster):
    """Kills the primary with its Patroni. A second later than what it commits stays with it."""
    node = cluster.primary()
    node.hold_back()
    time.sleep(1)
    node.kill()
    return node


EVENTS = (switch_over, kill_postgres, kill_node)


def run_event(event, cluster, traffic):
    """Lets something happen to the cluster, waits until it is complete again, and prints the pauses."""
    cluster.await_complete()
    time.sleep(SETTLE)
    before, begin = cluster.primary().name, time.monotonic()
    lost = event(cluster)
    for one in traffic.values():
        one.await_success(time.monotonic())
    if lost:
        lost.start()
    cluster.await_complete()
    time.sleep(SETTLE)
    after = cluster.primary().name
    pauses = ", ".join(f"{name} {one.pause(begin):.1f} s" for name, one in traffic.items())
    print(f"# {event.__name__}: {before} to {after}; longest time without an answer of 200: {pauses}", flush=True)


def gateway_of(options, cluster, kind):
    return Gateway(options.program, f"{cluster.hosts()} user=postgres dbname=postgres target_session_attrs={kind}",
                   "--threads", "2", "--connections", "4")


def run(options, cluster):
    """Returns the faults."""
    cluster.start()
    gateway, reader = (gateway_of(options, cluster, kind) for kind in ("read-write", "prefer-standby"))
    try:
        batches = Batches()
        client = QdrantClient(url=gateway.url, check_compatibility=False)
        client.create_collection(COLLECTION, vectors_config=models.VectorParams(size=2, distance=models.Distance.DOT))
        cluster.await_complete()
        time.sleep(SETTLE)  # until standbys have it
        traffic = {"changes": Traffic(gateway.url, batches.upsert, 4), "reads": Traffic(gateway.url, query, 2),
                   "reads of standbys": Traffic(reader.url, query, 2)}
        for one in traffic.values():
            for thread in one.threads:
                thread.start()
        for number in range(options.rounds * len(EVENTS)):
            run_event(EVENTS[number % len(EVENTS)], cluster, traffic)
        for one in traffic.values():
            one.stop()
        with cluster.primary().session() as session:
            half, lost = batches.check(session)
    finally:
        gateway.stop()
        reader.stop()
    for name, one in traffic.items():
        print(f"# {name}: answers {dict(one.seen)}")
    print(f"# {len(batches.acknowledged)} batches acknowledged, {len(lost)} of them not there")
    faults = [fault for one in traffic.values() for fault in one.faults[:5]]
    if half:
        faults.append(f"half applied: {half[:5]} of {len(half)}")
    if lost and not options.asynchronous:
        faults.append(f"acknowledged, and not there: {sorted(lost)[:5]} of {len(lost)}")
    return faults


def arguments():
    parser = argparse.ArgumentParser(description="a cluster of Patroni behind the gateway loses its primary under load")
    parser.add_argument("program", help="vecextd")
    parser.add_argument("--rounds", type=int, default=1, help="how often each event happens")
    parser.add_argument("--ttl", type=int, default=30, help="Patroni's ttl")
    parser.add_argument("--nodes", type=int, default=3, help="how many there are")
    parser.add_argument("--asynchronous", action="store_true", help="without synchronous_mode")
    return parser.parse_args()


def main():
    options = arguments()
    if programs := missing():
        print(f"# left out: there is no {', '.join(programs)}")
        return 0
    cluster = Cluster(options.nodes, ttl=options.ttl, loop_wait=options.ttl // 3, retry_timeout=options.ttl // 3,
                      synchronous_mode=not options.asynchronous)
    try:
        faults = run(options, cluster)
    except psycopg.Error as error:
        faults = [repr(error)]
    finally:
        cluster.close()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
