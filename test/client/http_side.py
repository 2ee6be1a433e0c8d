"""Requests to the gateway by sockets and tokens of the test's own, so that they can be wrong."""
import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims, key, header=None, digest=hashlib.sha256):
    """A JSON Web Token. Claims that are bytes are taken as they are."""
    claims = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    text = url64(json.dumps(header or {"alg": "HS256", "typ": "JWT"}).encode()) + "." + url64(claims)
    return text + "." + url64(hmac.new(key.encode(), text.encode(), digest).digest())


class Http:
    """Asks one gateway, by a connection that it keeps."""

    def __init__(self, port, context=None):
        self.port, self.context, self.connection = port, context, None

    def ask(self, method, path, key=None, body=None, headers=None):
        """(status, JSON of the answer or its text)"""
        headers = dict(headers or {})
        if key is not None:
            headers["api-key"] = key
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        if self.connection is None:
            self.connection = (http.client.HTTPSConnection("localhost", self.port, context=self.context, timeout=30)
                               if self.context else http.client.HTTPConnection("localhost", self.port, timeout=30))
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        self.headers = answer.headers
        text = answer.read()
        if answer.headers.get("Content-Type") == "application/json" and not answer.headers.get("Content-Encoding") and text:
            return answer.status, json.loads(text)
        return answer.status, text

    def status(self, *arguments, **named):
        return self.ask(*arguments, **named)[0]

    def send_raw(self, data, wait=5):
        """What comes back within that time for bytes of a connection of their own."""
        with socket.create_connection(("localhost", self.port), timeout=wait) as connection:
            connection.sendall(data)
            answer = b""
            try:
                while part := connection.recv(65536):
                    answer += part
            except TimeoutError:
                pass
            return answer

    def leave(self, method, path, key, body, wait, hard=False):
        """Sends a request and closes the connection after that time, without reading an answer."""
        connection = socket.create_connection(("localhost", self.port), timeout=5)
        if hard:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # with RST
        text = json.dumps(body).encode()
        connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\napi-key: {key}\r\n"
                           f"Content-Length: {len(text)}\r\n\r\n".encode() + text)
        wait()
        connection.close()


def client_context(authority, certificate=None, key=None):
    context = ssl.create_default_context(cafile=authority)
    if certificate:
        context.load_cert_chain(certificate, key)
    return context
