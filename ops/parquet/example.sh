# Partitions as Parquet files, on disk and in a store that speaks S3. Sourced by ops/run and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

packages=(curl python3-venv)

# start_store: the Python with pyarrow, and moto, a server of S3's protocol that keeps objects in memory. Fails if PyPI cannot be reached.
start_store() {
  python3 -m venv python && python/bin/pip install --quiet --retries 1 --no-cache-dir --no-compile --requirement "$example/requirements.txt" || return
  start_process moto python/bin/moto_server -H 127.0.0.1 -p "$s3_port"
  within 60 curl -sf -X PUT -H 'Authorization: AWS4-HMAC-SHA256 Credential=example/20300101/us-east-1/s3/aws4_request' "http://localhost:$s3_port/archive"
}

start() {
  free_ports s3_port
  export AWS_ACCESS_KEY_ID=example AWS_SECRET_ACCESS_KEY=example
  in_store="s3://archive/visits_2001.parquet?scheme=http&endpoint_override=localhost:$s3_port&region=us-east-1"
  make_cluster server
  psql -Xq -v ON_ERROR_STOP=1 -h "$work/server.socket" -f "$example/visits.sql"
  start_store >store.log 2>&1 || lacks_store=1
}

show() {
  say "PostgreSQL:  psql -h $work/server.socket -U postgres"
  [[ -z ${lacks_store:-} ]] || return 0
  say "Parquet:     export PGHOST=$work/server.socket PGUSER=postgres PGDATABASE=postgres AWS_ACCESS_KEY_ID=example AWS_SECRET_ACCESS_KEY=example"
  say "             $work/python/bin/python $example/partition export visits_2002 '${in_store/2001/2002}'"
}

partition() { PGHOST=$work/server.socket python/bin/python "$example/partition" "$@"; }

# digest_of TABLE: of the rows as text, and of the bits of their vectors.
digest_of() {
  sql server "SELECT count(*) || ' ' || md5(string_agg(t::text || md5(coalesce(halfvec_send(embedding), '') || coalesce(vector_send(face), '')), '' ORDER BY id)) FROM $1 AS t"
}

# there_and_back PLACE URI: the partition goes to the file, and comes back.
there_and_back() {
  local before attached
  before=$(digest_of visits)
  sql server 'ALTER TABLE visits DETACH PARTITION visits_2001 CONCURRENTLY'
  is "$1: all rows of the partition are written" "$(partition export visits_2001 "$2" 2>&1)" "$(sql server 'SELECT count(*) FROM visits_2001') rows"
  sql server 'DROP TABLE visits_2001'
  sql server 'CREATE TABLE visits_2001 (LIKE visits INCLUDING ALL)' "ALTER TABLE visits_2001 ADD CHECK (day >= '2001-01-01' AND day < '2002-01-01')"
  check "$1: they are read" partition import visits_2001 "$2"
  sql server 'CREATE INDEX visits_2001_v ON visits_2001 USING ivfpq (embedding halfvec_l2_ops)'
  attached=$(sql server 'SET client_min_messages = debug1' "ALTER TABLE visits ATTACH PARTITION visits_2001 FOR VALUES FROM ('2001-01-01') TO ('2002-01-01')" 2>&1)
  like "$1: their partition is attached without a look at them" "$attached" 'partition constraint for table "visits_2001" is implied by existing constraints'
  is "$1: rows and vectors are those that there were" "$(digest_of visits)" "$before"
}

# refusals: what must leave no trace.
refusals() {
  local file=$work/refused.parquet
  echo kept >"$file"
  like 'a file is not overwritten' "$(partition export visits_2002 "$file" 2>&1)" 'is there already'
  is 'and stays as it is' "$(<"$file")" kept
  sql server "INSERT INTO visits (id, day, seen) VALUES (50000, '2002-12-31', 'infinity')"
  like 'rows that have no form in the file are refused' "$(partition export visits_2002 "$work/broken.parquet" 2>&1)" 'too large'
  is 'and no file is left' "$(find "$work" -name broken.parquet)" ''
  sql server 'CREATE TABLE narrower (id bigint, day date)'
  like 'a table of other columns is refused' "$(partition import narrower "$work/visits_2001.parquet" 2>&1)" 'has columns'
  sql server 'CREATE TABLE stricter (LIKE visits INCLUDING ALL, CHECK (id < 20000))'
  like 'a row that the table refuses is an error' "$(partition import stricter "$work/visits_2001.parquet" 2>&1)" 'violates check constraint'
  is 'and leaves none of the file' "$(sql server 'SELECT count(*) FROM stricter')" 0
}

check_example() {
  if [[ -n ${lacks_store:-} ]]; then
    skip 'partitions in Parquet files' "pyarrow cannot be had: $(tail -n 1 store.log)"
    return
  fi
  there_and_back 'on disk' "$work/visits_2001.parquet"
  there_and_back 'in S3' "$in_store"
  refusals
}
