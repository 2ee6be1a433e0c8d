"""PostgreSQL goes away and comes back while clients change and ask."""
import asyncio
import collections
import random
import time

from gateway_process import Gateway
from load_client import LoadConnection, ask_once

BATCH = 50  # points
RECOVERY = 10  # seconds within which requests must succeed again


class Load:
    """Clients that upsert batches and query. A batch has the points BATCH * number and those that follow."""

    def __init__(self, port):
        self.port, self.is_over, self.batches = port, False, 0
        self.acknowledged, self.refused = set(), set()
        self.seen, self.faults, self.last_success = collections.Counter(), [], 0

    async def write(self):
        connection = None
        while not self.is_over:
            number, self.batches = self.batches, self.batches + 1
            points = [{"id": BATCH * number + i, "vector": [i, 1], "payload": {"batch": number}} for i in range(BATCH)]
            connection = await self.ask(connection, "PUT", "/collections/away/points?wait=true", {"points": points}, number)

    async def query(self):
        connection = None
        while not self.is_over:
            body = {"query": [random.random(), 1], "limit": 5}
            connection = await self.ask(connection, "POST", "/collections/away/points/query", body)

    async def ask(self, connection, method, path, body, number=None):
        """Asks, and notes what came of it. Returns the connection, unless it has ended."""
        try:
            connection = connection or await LoadConnection.open(self.port)
            answer = await connection.ask(method, path, body)
        except (ConnectionError, asyncio.TimeoutError) as error:
            self.faults.append(f"{method}: {error!r}")
            return None
        self.seen[answer.status] += 1
        if answer.status == 200:
            self.last_success = time.monotonic()
            self.acknowledged.add(number)
        elif answer.status == 503 and "retry-after" in answer.headers:
            self.refused.add(number)
            await asyncio.sleep(.05)
        else:
            self.faults.append(f"{method}: {answer.status} {answer.headers} {answer.body[:200]}")
        return connection

    async def succeeds(self):
        """Waits until a request that begins now has succeeded. Returns the seconds."""
        begin = time.monotonic()
        while time.monotonic() - begin < RECOVERY:
            answer = await ask_once(self.port, "POST", "/collections/away/points/count", {"exact": False})
            if answer.status == 200:
                return time.monotonic() - begin
            await asyncio.sleep(.02)
        self.faults.append(f"no success within {RECOVERY} s")
        return RECOVERY


async def stay_away(server, port, load):
    """Stops the server for a while, and asks meanwhile if the gateway says so."""
    await asyncio.to_thread(server.stop, random.choice(["immediate", "fast"]))
    await asyncio.sleep(1.2)  # an answer of /readyz is kept for a second
    for path, expected in (("/readyz", 503), ("/livez", 200)):
        answer = await ask_once(port, "GET", path)
        if answer.status != expected:
            load.faults.append(f"{path} while PostgreSQL is away: {answer.status}")
    await asyncio.to_thread(server.start)


def check_batches(server, load):
    """Compares what is there with what was answered. Returns how many batches are there that were not acknowledged."""
    with server.session() as session:
        found = dict(session.execute("SELECT (payload ->> 'batch')::int, count(*) FROM away GROUP BY 1").fetchall())
    half = [number for number, count in found.items() if count != BATCH]
    lost = sorted((load.acknowledged - {None}) - set(found))
    if half:
        load.faults.append(f"half applied: {half[:5]} of {len(half)}")
    if lost:
        load.faults.append(f"acknowledged, and not there: {lost[:5]} of {len(lost)}")
    return len(set(found) - load.acknowledged)


async def run(options, server):
    gateway = Gateway(options.program, server.conninfo, "--threads", "2", "--connections", "4")
    load = Load(gateway.port)
    recoveries = []
    try:
        await ask_once(gateway.port, "PUT", "/collections/away", {"vectors": {"size": 2, "distance": "Dot"}})
        clients = [asyncio.create_task(client) for _ in range(8) for client in (load.write(), load.query())]
        for kill in range(options.kills):
            await asyncio.sleep(random.uniform(.3, .8))
            if kill % 3 == 2:
                await stay_away(server, gateway.port, load)
            else:
                await asyncio.to_thread(server.kill_a_session)
            recoveries.append(await load.succeeds())
        await asyncio.sleep(.3)
        load.is_over = True
        await asyncio.gather(*clients)
    finally:
        gateway.stop()
    unanswered = check_batches(server, load)
    if 503 not in load.seen:
        load.faults.append("no answer was 503")
    figures = (f"{options.kills} kills, answers {dict(load.seen)}, success again after at most {max(recoveries):.2f} s,"
               f" {len(load.acknowledged)} batches acknowledged, {unanswered} there that were answered by 503")
    return figures, load.faults[:10]
