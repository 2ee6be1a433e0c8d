#!/usr/bin/env python3
"""Runs a program against a gateway in front of the server that libpq's variables name.

with_gateway.py VECEXTD COMMAND... : the command gets the gateway's port of gRPC and its URL as two more arguments. The exit status is its own.
"""
import subprocess
import sys

from gateway_process import Gateway


def main():
    gateway = Gateway(sys.argv[1], "")
    try:
        ended = subprocess.run([*sys.argv[2:], str(gateway.grpc_port), gateway.url])
    finally:
        gateway.stop()
    sys.exit(ended.returncode)


if __name__ == "__main__":
    main()
