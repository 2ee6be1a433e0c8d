"""gRPC: clients that go before they have their answer."""
import time

import grpc
from hostile_server import KEY, collection

COUNT = b"\x0a\x01c"  # CountPoints of the collection c


def begin(channel, method, message, **options):
    """A call that is under way. Its message and its answer are bytes."""
    return channel.unary_unary(method).future(message, metadata=(("api-key", KEY), *options.pop("metadata", ())), **options)


def check_leave(server, port):
    """A statement that waits for a lock ends when its client goes, in whatever way, and its session goes on."""
    address = f"localhost:{port}"
    with grpc.insecure_channel(address) as channel:
        begin(channel, "/qdrant.Points/Count", COUNT).result()
        pids = [pid for pid, _, _ in server.sessions()]
        with server.session() as locker, locker.transaction():
            locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")

            def leave(what, own, timeout, go):
                call = begin(own, "/qdrant.Points/Count", COUNT, timeout=timeout)
                server.soon("the statement waits", lambda: [kind for _, _, kind in server.sessions()] == ["Lock"])
                start = time.monotonic()
                go(call)
                server.soon(f"the statement ends: {what}", lambda: [state for _, state, _ in server.sessions()] == ["idle"])
                server.true("within a second", time.monotonic() - start < 1)

            leave("reset", channel, 20, lambda call: call.cancel())
            leave("deadline", channel, 0.5, lambda call: call.exception())
            other = grpc.insecure_channel(address, options=(("grpc.use_local_subchannel_pool", 1),))
            leave("closed", other, 20, lambda call: other.close())
        server.equal("the same sessions", [pid for pid, _, _ in server.sessions()], pids)
        server.true("and the next request", begin(channel, "/qdrant.Points/Count", COUNT).result())


def run(server):
    with server.gateway("--api-key", KEY, "--threads", "1", "--connections", "1") as (gateway, http):
        collection(http, "c")
        check_leave(server, gateway.grpc_port)
