"""A server that stands in for another database in tests: routes to functions, over HTTP."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def _parsed(body):
    """JSON, or the lines of one that has several."""
    if not body:
        return None
    lines = body.splitlines()
    return [json.loads(line) for line in lines] if len(lines) > 1 else json.loads(body)


@contextmanager
def serve(routes):
    """Serves `routes`: (method, pattern of the path, its query left out or not) -> function(body, headers, *groups) -> answer, or (status, answer).

    Yields the URL.
    """

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            for (method, pattern), function in routes.items():
                if method == self.command and (match := re.fullmatch(pattern, self.path) or re.fullmatch(pattern, path)):
                    answer = function(_parsed(body), self.headers, *match.groups())
                    break
            else:
                answer = (404, {"error": f"{self.command} {path} is not served"})
            status, value = answer if isinstance(answer, tuple) else (200, answer)
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", self.headers.get("Accept", "*/*").replace("*/*", "application/json"))
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
