"""Requests of JSON over HTTP, whose errors are those of this package."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from vecext.errors import Error

TIMEOUT_SECONDS = 120


class Rest:
    """A server by its URL. `headers` go with each request."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        if not url.startswith(("http://", "https://")):
            raise Error(f"{url} is not a URL", hint="it begins with http:// or https://")
        self._url = url.rstrip("/")
        self._headers = {"Content-Type": "application/json", **headers}

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON. Raises `Error` if there is none, or it is an error."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, self._headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = " ".join(error.read(500).decode(errors="replace").split())
            hint = "set the key in the variable that --api-key-variable names" if error.code in (401, 403) else None
            raise Error(f"{self._url}{path} answered {error.code}: {text or error.reason}", hint=hint) from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise Error(f"no answer from {self._url}: {reason}", hint="is the URL right, and the server up?") from error
