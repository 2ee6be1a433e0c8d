"""Requests of JSON over HTTP, whose errors are those of this package."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from typing import Any

from vecext.errors import Error

TIMEOUT_SECONDS = 120
PASSING = (429, 502, 503, 504)  # states of a server that pass
MISSING = 404
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before a request is sent again


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, which would carry the key to another server: its status is an error."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


class Rest:
    """A server by its URL. `headers` go with each request. Once it has answered, a request that fails for a while is sent again a few times."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        if not url.startswith(("http://", "https://")):
            raise Error("--url is not a URL", hint="it begins with http:// or https://")
        if "@" in url.split("/")[2]:
            raise Error("--url has a user or a password", hint="set the key in the variable that --api-key-variable names")
        if any(character in value for value in headers.values() for character in "\r\n"):
            raise Error("the key has a line break", hint="set the variable again, without it")
        self._url = url.rstrip("/")
        self._headers = headers
        self._has_answered = False

    def find(self, path: str) -> Any | None:
        """What is at a path, as JSON; None if nothing is."""
        try:
            return self.request("GET", path)
        except _Missing:
            return None

    def request_of_lines(self, method: str, path: str, lines: list[Any]) -> Any:
        """A request whose body is a JSON value a line, as `request` does it."""
        return self.request(method, path, b"".join(json.dumps(line).encode() + b"\n" for line in lines))

    def request(self, method: str, path: str, body: Any = None, *, once: bool = False) -> Any:
        """The answer's JSON. Raises `Error` if there is none, or it is an error. `once` is for requests that change what the next one answers."""
        for wait in WAITS if self._has_answered and not once else ():
            try:
                return self._request(method, path, body)
            except _Passing:
                time.sleep(wait)
        answer = self._request(method, path, body)
        self._has_answered = True
        return answer

    def _request(self, method: str, path: str, body: Any) -> Any:
        is_lines = isinstance(body, bytes)
        data = body if is_lines or body is None else json.dumps(body).encode()
        headers = self._headers | {"Content-Type": "application/x-ndjson" if is_lines else "application/json"}
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            text = " ".join(error.read(500).decode(errors="replace").split())
            hint = "set the key in the variable that --api-key-variable names" if error.code in (401, 403) else None
            kind = _Passing if error.code in PASSING else _Missing if error.code == MISSING else Error
            raise kind(f"{self._url}{path} answered {error.code}: {text or error.reason}", hint=hint) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise _Passing(f"no answer from {self._url}: {reason}", hint="is the URL right, and the server up?") from error


class _Passing(Error):
    """An error that may be gone when the request is sent again."""


class _Missing(Error):
    """Nothing is at a path."""
