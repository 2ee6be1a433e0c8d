"""Many connections that stay, in front of few to PostgreSQL."""
import asyncio
import collections
import random
import time

from gateway_process import Gateway
from load_client import LoadConnection, ask_once

POINTS = 1000
DIMENSIONS = 32
GROWTH = 8  # MB that memory may grow by, once all connections have asked


def memory(gateway):
    """Resident memory, in MB."""
    with open(f"/proc/{gateway.process.pid}/statm", encoding="ascii") as numbers:
        return int(numbers.read().split()[1]) * 4096 / 1e6


def random_vector():
    return [random.random() for _ in range(DIMENSIONS)]


async def make_collection(port):
    await ask_once(port, "PUT", "/collections/load", {"vectors": {"size": DIMENSIONS, "distance": "Cosine"}})
    points = [{"id": i, "vector": random_vector(), "payload": {"n": i}} for i in range(POINTS)]
    answer = await ask_once(port, "PUT", "/collections/load/points", {"points": points})
    if answer.status != 200:
        raise RuntimeError(answer.body)


async def work(port, end, seen, times):
    """Asks, and waits for up to a second before it asks again, by one connection."""
    connection = await LoadConnection.open(port)
    while (begin := time.monotonic()) < end:
        path, body = random.choice([("query", {"query": random_vector(), "limit": 10, "with_payload": True}),
                                    ("query", {"query": random.randrange(POINTS), "limit": 3}),
                                    ("count", {"filter": {"must": [{"key": "n", "range": {"lt": 100}}]}})])
        try:
            answer = await connection.ask("POST", f"/collections/load/points/{path}", body)
            seen[answer.status] += 1
        except ConnectionError as error:
            seen[str(error)] += 1
            return
        times.append(time.monotonic() - begin)
        await asyncio.sleep(random.random())
    connection.close()


async def run(options, server):
    gateway = Gateway(options.program, server.conninfo, "--threads", "2", "--connections", "4")
    try:
        await make_collection(gateway.port)
        seen, times, sizes = collections.Counter(), [], []
        begin = time.monotonic()
        works = [asyncio.create_task(work(gateway.port, begin + options.seconds, seen, times))
                 for _ in range(options.connections)]
        for _ in range(4):
            await asyncio.sleep(options.seconds / 4)
            sizes.append(memory(gateway))
        await asyncio.gather(*works)
        seconds = time.monotonic() - begin
        with server.session() as session:
            sessions = session.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                                       " AND pid <> pg_backend_pid()").fetchone()[0]
    finally:
        gateway.stop()
    times.sort()
    faults = []
    if set(seen) != {200}:
        faults.append(f"answers: {dict(seen)}")
    if sizes[-1] - sizes[0] > GROWTH:
        faults.append(f"memory has grown: {sizes} MB")
    if sessions > 8:
        faults.append(f"{sessions} sessions")
    part = [f"{1000 * times[int(len(times) * share)]:.0f}" for share in (.5, .99, .999)]
    figures = (f"{options.connections} connections, {len(times)} answers in {seconds:.1f} s, p50 {part[0]} ms, p99 {part[1]} ms, p99.9 {part[2]} ms,"
               f" {sessions} sessions, memory {' '.join(f'{size:.1f}' for size in sizes)} MB")
    return figures, faults
