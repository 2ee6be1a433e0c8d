# Payloads in envelopes that the client seals. Sourced by ops/run and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

packages=(python3-cryptography python3-psycopg)

start() {
  make_cluster server
  sql server 'CREATE EXTENSION vecext'
}

show() {
  say "PostgreSQL:  psql -h $work/server.socket -U postgres"
  say "envelopes:   PGHOST=$work/server.socket PGUSER=postgres PGDATABASE=postgres $example/test"
}

check_example() {
  export PGHOST=$work/server.socket PYTHONDONTWRITEBYTECODE=1
  check 'envelopes open by their own keys alone, in their own rows' /usr/bin/python3 "$example/test"
}
