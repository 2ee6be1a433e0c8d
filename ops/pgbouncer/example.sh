# PgBouncer in transaction mode: 1,000 clients, 50 connections. Sourced by ops/run and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

packages=(pgbouncer)

start() {
  ulimit -n 8192 # the default of many shells, 1,024, is too few, and connections then wait without an error
  free_ports pooler_port
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  export PGPASSWORD=$password
  make_cluster server 'max_connections = 100' "session_preload_libraries = 'vecext'"
  load_items server
  fill "$example/pgbouncer.ini" pgbouncer.ini
  printf '"%s" "%s"\n' postgres "$password" >users.txt
  chmod 600 users.txt
  start_process pgbouncer pgbouncer pgbouncer.ini
  must 20 pooled -c 'SELECT 1'
}

show() {
  say "password:     export PGPASSWORD=$password"
  say "PgBouncer:    psql -h 127.0.0.1 -p $pooler_port -U postgres"
  say "its console:  psql -h 127.0.0.1 -p $pooler_port -U postgres pgbouncer"
  say "PostgreSQL:   psql -h $work/server.socket -U postgres"
}

pooled() { psql -XAtq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$pooler_port" "$@"; }
bench() { pgbench -n -h 127.0.0.1 -p "$pooler_port" -f "$example/search.sql" "$@"; }

# have_prepared: true from PgBouncer 1.21 on, which keeps track of prepared statements.
have_prepared() { printf '%s\n' 1.21 "$(pgbouncer --version | sed -n 's/^PgBouncer //p')" | sort -CV; }

check_example() {
  local output
  bench -c 1000 -j 2 -T 8 -M extended >bench.log 2>&1 || true
  like '1,000 clients over 50 connections: all searches were answered' "$(<bench.log)" 'actually processed: [1-9][0-9]*.number of failed transactions: 0 \('
  is 'no client was ended' "$(grep -c 'client .* aborted' bench.log)" 0
  is 'PostgreSQL had 1 to 50 sessions for them' \
    "$(sql server "SELECT count(*) BETWEEN 1 AND 50 FROM pg_stat_activity WHERE application_name = 'pgbench'")" t
  note "$(sed -n 's/^tps = \([0-9.]*\).*/\1 searches a second/p' bench.log), $(sed -n 's/^latency average = /mean latency /p' bench.log)"

  # The connection of "single" serves all its clients in turn.
  is 'SET LOCAL holds for its transaction' "$(pooled single -c "BEGIN" -c "SET LOCAL vecext.target_recall = 0.8" \
    -c "SHOW vecext.target_recall" -c "COMMIT" -c "SHOW vecext.target_recall" | xargs)" '0.8 0.95'
  pooled single -c 'SET vecext.target_recall = 0.7'
  is 'trap: what one client SETs, the next one has' "$(pooled single -c 'SHOW vecext.target_recall')" 0.7
  pooled single -c 'RESET ALL'
  is 'trap: settings in PGOPTIONS are dropped' "$(PGOPTIONS='-c vecext.target_recall=0.7' pooled single -c 'SHOW vecext.target_recall')" 0.95
  sql server 'CREATE ROLE careful LOGIN' 'GRANT SELECT ON items TO careful' 'ALTER ROLE careful SET vecext.target_recall = 0.99'
  printf '"%s" "%s"\n' careful "$password" >>users.txt
  pooled pgbouncer -c RELOAD
  is 'ALTER ROLE SET holds for all connections of a role' "$(pooled -U careful -d postgres -c 'SHOW vecext.target_recall')" 0.99

  output=$(bench -c 100 -j 2 -t 20 -M prepared 2>&1) || true
  if have_prepared; then
    like 'prepared statements work' "$output" 'number of failed transactions: 0 \('
  else
    like 'trap: prepared statements fail before 1.21' "$output" 'prepared statement "[^"]*" (already exists|does not exist)'
  fi
}
