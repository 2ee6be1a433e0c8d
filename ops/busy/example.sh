# Searches beside REINDEX CONCURRENTLY, vecext.merge and COPY, which have all processors, or one thread. Sourced by ops/run and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

packages=()
rows=30000
seconds=4
bound='SET max_parallel_maintenance_workers = 0'

start() {
  make_cluster server 'shared_buffers = 512MB' 'max_wal_size = 4GB' 'autovacuum = off'
  load_items server
  sql server 'DROP INDEX items_lists, items_graph' "INSERT INTO items SELECT id, vector_of(id) FROM generate_series(5001, $rows) AS id" \
    'CREATE INDEX items_graph ON items USING hnsw (v vector_l2_ops)' 'VACUUM ANALYZE items' 'CREATE SEQUENCE missed' \
    "CREATE SEQUENCE ids START $((rows + 1))" "ALTER TABLE items ALTER id SET DEFAULT nextval('ids')" \
    "COPY (SELECT vector_of(-id) FROM generate_series(1, 5000) AS id) TO '$work/load'"
}

show() {
  say "PostgreSQL:   psql -h $work/server.socket -U postgres"
  say "searches:     pgbench -n -h $work/server.socket -U postgres -R 100 -c 4 -T 60 -P 1 -D rows=$rows -f $example/search.sql postgres"
  say "beside them:  psql -h $work/server.socket -U postgres -c '$bound' -c 'REINDEX INDEX CONCURRENTLY items_graph'"
}

# --- What is done beside searches: after a statement that bounds it, or does not ------------------

reindex() { sql server "$1" 'REINDEX INDEX CONCURRENTLY items_graph'; }
merge() { sql server "$1" 'INSERT INTO items (v) SELECT vector_of(-100000 - id) FROM generate_series(1, 2000) AS id' "SELECT vecext.merge('items_graph')"; }
load() { sql server "$1" "COPY items (v) FROM '$work/load'"; }

# again COMMAND...: until there is a file "enough"; the file "done" has a line for each time.
again() {
  while [[ ! -e enough ]]; do
    "$@"
    echo "$SECONDS" >>done
  done
}

# --- Searches --------------------------------------------------------------------------------------

# search NAME: for some seconds, and one before, which is left out: sessions begin. NAME.ms has the time of each from the moment on that it was due.
search() {
  pgbench -n -h "$work/server.socket" -R 100 -c 4 -T $((seconds + 1)) -D "rows=$rows" -l --log-prefix="$1" -f "$example/search.sql" >"$1.log" 2>&1 || true
  sort -n -k 5,5 -k 6,6 "$1".[0-9]* | awk '{ at = $5 + $6 / 1e6 } NR == 1 { from = at + 1 } at > from { print $3 / 1000 }' | sort -n >"$1.ms"
}

# percentile NAME PERCENT
percentile() { awk -v part="$2" '{ ms[NR] = $1 } END { printf "%.1f", ms[int((NR * part + 99) / 100)] }' "$1.ms"; }

# check_searches NAME
check_searches() {
  like "$1: all searches found ten rows" "$(<"$1.log")" 'actually processed: [1-9][0-9]*.number of failed transactions: 0 \('
  is "$1: no client was ended" "$(grep -c 'client .* aborted' "$1.log")" 0
  note "$1: of $(wc -l <"$1.ms") searches half within $(percentile "$1" 50) ms, 99 of 100 within $(percentile "$1" 99) ms: $(awk -v here="$(percentile "$1" 99)" \
    -v idle="$(percentile idle 99)" 'BEGIN { printf "%.1f", here / idle }') times those of the idle server"
}

# beside NAME WORK STATEMENT
beside() {
  rm -f enough done
  start_process "$1.work" again "$2" "$3"
  sleep 0.3
  search "$1"
  touch enough
  check "$1: ends" within 60 has_ended "$1.work"
  is "$1: was done $([[ ! -e done ]] || wc -l <done) times, and never failed" "$([[ -e done ]] && echo done) $(grep -c ERROR "$1.work.log")" 'done 0'
  check_searches "$1"
}

check_example() {
  local work_name missed searches
  search idle
  check_searches idle
  for work_name in reindex merge load; do
    beside "$work_name" "$work_name" 'RESET max_parallel_maintenance_workers'
    beside "$work_name-in-one-thread" "$work_name" "$bound"
  done
  missed=$(sql server 'SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM missed')
  searches=$(cat ./*.[0-9]* | wc -l)
  check "of $searches searches $missed missed the row that they asked for, which 5 of 100 may" test $((missed * 20)) -le "$searches"
  is 'the index is sound' "$(sql server "SELECT vecext.verify_index('items_graph') = (SELECT count(*) FROM items)")" t
}
