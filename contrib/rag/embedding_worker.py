#!/usr/bin/env python3
"""Computes the embeddings that a queue of vecext waits for, until it is stopped. As many workers as you like may run.

    contrib/rag/embedding_worker.py docs_embedding_queue --dims 256 [--embedder MODULE:FUNCTION] [--once]

Needs the package psycopg (3.2 or newer). The variables of libpq (PGHOST, PGDATABASE, ...) or --connect name the server. The role
must be the owner of the table with the texts, or have the grants that the page docs/rag.md lists.

The embedder is a function that gets a list of texts and returns a list of numbers for each. Without --embedder it is a function
that hashes words: texts that share words are near each other, which needs no model and is enough to try things out. For a real
model put a module beside this file, for instance

    # model.py
    from sentence_transformers import SentenceTransformer
    _model = SentenceTransformer("all-MiniLM-L6-v2")
    def embed(texts):
        return _model.encode(texts, normalize_embeddings=True).tolist()

and start the worker with --embedder model:embed. A job for which it raises an error is tried again, later each time, until its
attempts are used up.
"""
import argparse
import hashlib
import importlib
import math
import re
import signal
import sys

import psycopg
import psycopg.sql


def hashing_embedder(dims):
    """Returns a function that counts each word of a text, with a sign, in the place that its hash gives, and normalizes the vector."""

    def embed_one(text):
        vector = [0.0] * dims
        for word in re.findall(r"\w+", text.lower()) or [""]:
            number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
            vector[(number >> 1) % dims] += 1.0 if number & 1 else -1.0
        length = math.sqrt(sum(x * x for x in vector))
        # Words may cancel each other out, and a vector of length 0 has no direction.
        return [x / length for x in vector] if length > 0 else [1.0] + [0.0] * (dims - 1)

    return lambda texts: [embed_one(text) for text in texts]


def named_embedder(name):
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


class Worker:
    def __init__(self, connection, queue, embed, batch, lease):
        self.connection, self.queue, self.embed, self.batch, self.lease = connection, queue, embed, batch, lease
        self.stopped = False

    def call(self, statement, *values):
        """Returns the rows of a statement, which is a transaction of its own, so that none is open while the model computes."""
        return self.connection.execute(statement, values, prepare=False).fetchall()

    def work_on(self, jobs):
        """Embeds and completes the jobs together. After an error, takes each job by itself, to find out which ones fail."""
        try:
            vectors = self.embed([content for _, _, content, _ in jobs])
            texts = ["[" + ",".join(map(repr, map(float, vector))) + "]" for vector in vectors]
            return self.call("SELECT vecext_rag.embedding_queue_complete(%s::regclass, %s::int8[], %s::text[])",
                             self.queue, [job for job, _, _, _ in jobs], texts)[0][0]
        except psycopg.OperationalError:
            raise  # The server is gone. The jobs wait again when their lease is over.
        except Exception as error:  # a model, or a vector that does not fit, may raise anything
            if len(jobs) > 1:
                return sum(self.work_on([job]) for job in jobs)
            print(f"row {jobs[0][1]}: {error}", file=sys.stderr)
            self.call("SELECT vecext_rag.embedding_queue_fail(%s::regclass, %s::int8[], %s)",
                      self.queue, [jobs[0][0]], f"{type(error).__name__}: {error}")
            return 0

    def drain(self):
        """Works until no job waits, and returns the number of embeddings written."""
        written = 0
        while not self.stopped:
            jobs = self.call("SELECT job, key, content, attempt FROM vecext_rag.embedding_queue_claim(%s::regclass, %s, %s::interval)",
                             self.queue, self.batch, self.lease)
            if not jobs:
                break
            written += self.work_on(jobs)
        return written

    def run(self, wait):
        """Works whenever jobs wait. It is notified of new jobs, and looks every `wait` seconds for jobs to be tried again."""
        channel = self.call("SELECT channel FROM vecext_rag.embedding_queue_status(%s::regclass)", self.queue)[0][0]
        self.connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        while not self.stopped:
            self.drain()
            for _ in self.connection.notifies(timeout=wait, stop_after=1):
                pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("queue")
    parser.add_argument("--connect", default="", help="a connection string")
    parser.add_argument("--embedder", help="MODULE:FUNCTION in place of the hashing embedder")
    parser.add_argument("--dims", type=int, default=256, help="of the hashing embedder")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lease", default="5 minutes", help="more than a batch takes")
    parser.add_argument("--wait", type=float, default=5, help="seconds between looks at the queue")
    parser.add_argument("--once", action="store_true", help="end when nothing waits")
    options = parser.parse_args()
    embed = named_embedder(options.embedder) if options.embedder else hashing_embedder(options.dims)
    with psycopg.connect(options.connect, autocommit=True) as connection:
        worker = Worker(connection, options.queue, embed, options.batch, options.lease)

        def stop(*_):
            worker.stopped = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        if options.once:
            print(f"{worker.drain()} embeddings written")
        else:
            worker.run(options.wait)


if __name__ == "__main__":
    main()
