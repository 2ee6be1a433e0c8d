# pgBackRest: full and incremental backups and point-in-time recovery, of a repository on disk and of one in a store that speaks S3,
# and the drill that restores them. Sourced by ops/run and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

packages=(pgbackrest haproxy openssl curl python3-venv)

# start_s3: moto, a server of S3's protocol that keeps objects in memory, behind TLS. Fails if PyPI cannot be reached.
start_s3() {
  python3 -m venv moto && moto/bin/pip install --quiet --retries 1 --no-cache-dir --no-compile --requirement "$example/requirements.txt" || return
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -addext 'subjectAltName=DNS:localhost' -keyout s3.key -out s3.crt || return
  cat s3.crt s3.key >s3.pem
  fill "$example/haproxy.cfg" haproxy.cfg
  start_process moto moto/bin/moto_server -H 127.0.0.1 -p "$moto_port"
  start_process haproxy haproxy -db -f haproxy.cfg
  within 60 curl -sf -X PUT --cacert s3.crt -H 'Authorization: AWS4-HMAC-SHA256 Credential=example/20300101/us-east-1/s3/aws4_request' \
    "https://localhost:$s3_port/backup"
}

start() {
  local cipher_pass
  free_ports s3_port moto_port
  cipher_pass=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
  mkdir log lock spool
  fill "$example/pgbackrest.conf" pgbackrest.conf
  repositories=(1 2)
  if ! start_s3 >s3.log 2>&1; then
    sed -i '/^repo2-/d' pgbackrest.conf
    repositories=(1)
  fi
  chmod 600 pgbackrest.conf
  make_cluster server 'archive_mode = on' "archive_command = 'pgbackrest --config=$work/pgbackrest.conf --stanza=example archive-push %p'"
  # What production may have: settings that the drill must not follow, and a tablespace.
  mkdir slow
  sql server "ALTER SYSTEM SET listen_addresses = 'localhost'" 'ALTER SYSTEM SET archive_mode = on' "ALTER SYSTEM SET recovery_end_command = 'touch $work/ended'" 'ALTER SYSTEM SET password_encryption = md5' \
    "CREATE TABLESPACE slow LOCATION '$work/slow'" 'CREATE TABLE cold (id int) TABLESPACE slow' 'INSERT INTO cold VALUES (1)'
  backrest stanza-create >backrest.log 2>&1 || die "stanza-create failed: $(tail -n 3 backrest.log)"
  load_items server
}

show() {
  local option
  option="--config=$work/pgbackrest.conf --stanza=example"
  say "PostgreSQL:   psql -h $work/server.socket -U postgres"
  for number in "${repositories[@]}"; do
    say "backup:       pgbackrest $option --repo=$number --type=full backup"
  done
  say "backups:      pgbackrest $option info"
  say "drill:        $ops/pgbackrest/drill --config $work/pgbackrest.conf --stanza example"
}

backrest() { pgbackrest --config="$work/pgbackrest.conf" --stanza=example "$@"; }

# drill REPOSITORY ARGUMENT...: its output to drillN.log.
drill() { env -u VECEXT_WORK PG_CONFIG="$config" "$example/drill" --config pgbackrest.conf --stanza example --repo "$1" "${@:2}" >"drill$1.log" 2>&1; }

# check_repository N TARGET DIGEST: a drill to that moment, at which the table was so.
check_repository() {
  check "repository $1: a drill to a moment before the mistake finds sound indexes" drill "$1" --target "$2" --query "$digest"
  is "repository $1: with the rows of that moment" "$(sed -n 's/^answer *//p' "drill$1.log")" "$3"
  like "repository $1: both indexes" "$(<"drill$1.log")" 'verified in +[0-9.]+ s, 2 indexes'
  note "repository $1: $(grep -E '^(restored|recovered|verified|in all)' "drill$1.log" | tr -s ' ' | paste -sd ';')"
}

check_example() {
  local number started target digest_then found
  check 'archiving reaches all repositories' backrest check
  for number in "${repositories[@]}"; do
    started=$EPOCHREALTIME
    check "repository $number: full backup" backrest --repo="$number" --type=full backup
    note "in $(seconds_since "$started") s"
  done
  sql server 'INSERT INTO items SELECT id, vector_of(id) FROM generate_series(5001, 5500) AS id'
  for number in "${repositories[@]}"; do
    check "repository $number: incremental backup" backrest --repo="$number" --type=incr backup
  done
  sql server 'INSERT INTO items SELECT id, vector_of(id) FROM generate_series(5501, 5600) AS id' # is in the archive alone
  digest_then=$(sql server "$digest")
  sleep 1
  target=$(sql server 'SELECT clock_timestamp()')
  sleep 1
  sql server 'DELETE FROM items WHERE id % 2 = 0' 'VACUUM items' "SELECT vecext.merge('items_graph')" >mistake.log
  switch_wal
  check 'the archive has what came after' within 60 archived
  for number in "${repositories[@]}"; do check_repository "$number" "$target" "$digest_then"; done
  check 'a drill without a target recovers all' drill 1 --query "$digest"
  is 'as the server is' "$(sed -n 's/^answer *//p' drill1.log)" "$(sql server "$digest")"
  check 'a drill listens nowhere, archives nothing, and has the tablespaces' drill 1 --query "SELECT current_setting('listen_addresses')
    || current_setting('archive_mode') || current_setting('password_encryption') || count(*) FROM cold"
  is 'but has other settings of the server' "$(sed -n 's/^answer *//p' drill1.log)" offmd51
  check 'and runs no command of the server' test ! -e ended
  drill 1 --query 'SELECT gone' && found=1
  is 'a statement without an answer fails the drill' "${found:-none}" none
  sql server 'CREATE DATABASE other' "ALTER DATABASE other SET session_preload_libraries = 'gone'" >>mistake.log
  switch_wal
  check 'the archive has this' within 60 archived
  drill 1 && found=1
  is 'so does a database that cannot be read' "${found:-none}" none
  like 'which it names' "$(<drill1.log)" 'NOT READ +other'
  sql server 'DROP DATABASE other'
  sql server 'ALTER SYSTEM RESET listen_addresses'
  debian_drill
  damage server items_lists
  check 'a damaged index is backed up as it is' backrest --repo=1 --type=incr backup
  drill 1 && found=1
  is 'and the drill ends with an error' "${found:-none}" none
  like 'which names it' "$(<drill1.log)" 'NOT SOUND.*invalid page in block 0'
  if [[ ${#repositories[@]} -eq 1 ]]; then skip 'a repository in S3' "moto cannot be had: $(tail -n 1 s3.log)"; fi
  "$bin/pg_ctl" -D server -s -m fast stop # while the archive is there: without it, it would wait
}

# debian_drill: a drill of the server as Debian's pg_createcluster would have made it, with its configuration outside of the data
# directory, and with more connections than a server has by default.
debian_drill() {
  mkdir etc
  "$bin/pg_ctl" -D server -s -m fast stop
  mv server/postgresql.conf server/pg_hba.conf server/pg_ident.conf etc
  printf '%s\n' "data_directory = '$work/server'" 'max_connections = 150' >>etc/postgresql.conf
  "$bin/pg_ctl" -D etc -l server.log -s -w -t 120 start || die 'server did not start'
  check 'a cluster with its configuration elsewhere is backed up' backrest --repo=1 --type=incr backup
  switch_wal
  check 'and restored by a drill' drill 1
  "$bin/pg_ctl" -D server -s -m fast stop
  mv etc/* server
  start_cluster server
}
# switch_wal: ends the segment of WAL, which is archived then. What the server writes later is in the next one.
switch_wal() { segment=$(sql server 'SELECT pg_walfile_name(pg_switch_wal())'); }
archived() { [[ $(sql server "SELECT last_archived_wal >= '$segment' FROM pg_stat_archiver") == t ]]; }
