"""Payloads that the server cannot read: envelopes with a key for each payload, which a key of its tenant wraps.

An envelope is bytes, for a column of type bytea:

    version 1 byte | cipher 1 | number of the tenant's key 4, big-endian
    nonce 12 | wrapped key of the payload 32 + 16 | nonce 12 | encrypted payload n + 16

Both encryptions authenticate the version, the cipher, the tenant and the id of the row, that of the payload's key the number of the
tenant's key too. So an envelope that is moved to another row or tenant, or changed, does not open. Where a tenant has envelopes in several tables or
columns, an id has to name these as well, as "document.payload/7". rewrap() gives the payload's key to a newer key of
the tenant, and leaves the payload as it is. What is destroyed with a tenant's keys is unreadable for good, also in backups.
"""
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

VERSION = 1
CIPHERS = {1: AESGCM, 2: ChaCha20Poly1305}
KEY_BYTES = 32
NONCE_BYTES = 12
HEAD = struct.Struct(">BBI")
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + 16


class CannotOpen(Exception):
    """The envelope is of another tenant, row or key, or was changed. It does not say which."""


class TenantKeys:
    """The keys of one tenant by number, of which the largest seals. They come from a key management service, never from the database."""

    def __init__(self, tenant, keys):
        if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError(f"a tenant has keys of {KEY_BYTES} bytes")
        self.tenant = tenant
        self._keys = dict(keys)

    def seal(self, row_id, payload, cipher=AESGCM):
        """The envelope of a payload, which is bytes."""
        key = os.urandom(KEY_BYTES)
        code = next(code for code, known in CIPHERS.items() if known is cipher)
        return self._wrap(key, code, row_id) + _encrypt(cipher, key, payload, self._context(code, row_id))

    def open(self, row_id, envelope):
        """The payload of an envelope; raises CannotOpen."""
        try:
            code, key = self._unwrap(row_id, envelope)
            return _decrypt(CIPHERS[code], key, envelope[HEAD.size + WRAPPED_BYTES:], self._context(code, row_id))
        except (InvalidTag, KeyError, ValueError, struct.error):
            raise CannotOpen from None

    def rewrap(self, row_id, envelope):
        """The envelope with its key wrapped by the tenant's newest key; the same where it is; raises CannotOpen."""
        try:
            code, key = self._unwrap(row_id, envelope)
        except (InvalidTag, KeyError, ValueError, struct.error):
            raise CannotOpen from None
        if HEAD.unpack_from(envelope)[2] == max(self._keys):
            return envelope
        return self._wrap(key, code, row_id) + envelope[HEAD.size + WRAPPED_BYTES:]

    # The tenant's length comes before it, so that no two pairs of tenant and id have the same bytes.
    def _context(self, code, row_id):
        tenant = self.tenant.encode()
        return struct.pack(">BBI", VERSION, code, len(tenant)) + tenant + str(row_id).encode()

    def _wrap(self, key, code, row_id):
        number = max(self._keys)
        head = HEAD.pack(VERSION, code, number)
        return head + _encrypt(CIPHERS[code], self._keys[number], key, head + self._context(code, row_id))

    def _unwrap(self, row_id, envelope):
        version, code, number = HEAD.unpack_from(envelope)
        if version != VERSION:
            raise ValueError("unknown version")
        wrapped = envelope[HEAD.size:HEAD.size + WRAPPED_BYTES]
        return code, _decrypt(CIPHERS[code], self._keys[number], wrapped, envelope[:HEAD.size] + self._context(code, row_id))


def _encrypt(cipher, key, data, context):
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher(key).encrypt(nonce, data, context)


def _decrypt(cipher, key, data, context):
    return cipher(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], context)
