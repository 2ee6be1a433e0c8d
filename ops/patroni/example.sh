# Patroni: three nodes, etcd of three members, and HAProxy; leaders that are killed while rows are written. $VECEXT_KILLS is how
# often, 3 by default. Sourced by ops/run and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

# shellcheck source=ops/patroni/cluster.sh
source "$repo/ops/patroni/cluster.sh"

kills=${VECEXT_KILLS:-3}

start() { start_patroni; }

# --- A writer, that commits each row ---------------------------------------------------------------

# rows SESSION: a statement every 20 ms, until the writer is stopped or psql has ended.
rows() {
  local id=$(($1 * 100000))
  while [[ ! -e writer.stop ]]; do
    id=$((id + 1))
    echo "INSERT INTO items VALUES ($id, vector_of($id)) RETURNING id;"
    sleep 0.02
  done
}

# write_rows: through HAProxy, in one session after the other as each is lost. The file "acknowledged" has the rows that were
# acknowledged, and when. A row without acknowledgement may be there, or not.
write_rows() {
  local session=0 id
  while [[ ! -e writer.stop ]]; do
    session=$((session + 1))
    { rows "$session" | psql -XAtq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$leader_port" |
      while read -r id; do echo "$id $EPOCHREALTIME"; done >>acknowledged; } 2>&1 || true
    sleep 0.1
  done
}

# last_session: the last session of the writer that had a row acknowledged.
last_session() { echo $(($(tail -n 1 acknowledged | cut -d ' ' -f 1) / 100000)); }
writes_after() { [[ $(last_session) -gt $1 ]]; }

# lost_rows: how many of the rows that were acknowledged up to now the leader does not have.
lost_rows() {
  cp acknowledged known
  { echo 'CREATE TEMP TABLE acknowledged (id bigint); COPY acknowledged FROM STDIN;'
    cut -d ' ' -f 1 known
    printf '%s\n' '\.' 'SELECT count(*) FROM acknowledged AS a WHERE NOT EXISTS (SELECT FROM items WHERE items.id = a.id);'
  } | psql -XAtq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$(postgres_port_of "$(leader)")"
}

# --- Checks ----------------------------------------------------------------------------------------

# kill_leader NUMBER: Patroni and the postmaster at once, as where a machine is lost, with its disk kept. If the postmaster alone
# is killed, Patroni starts it again in place.
kill_leader() {
  local old session killed first
  old=$(leader)
  session=$(last_session)
  killed=$EPOCHREALTIME
  kill -KILL "${processes[$old]}" "$(postmaster_of "$old")"
  kill_process "$old" KILL
  if ! within 90 is_replaced "$old" || ! within 60 writes_after "$session"; then
    check "leader $1 was replaced" false
    return
  fi
  first=$(awk -v session="$session" '$1 >= (session + 1) * 100000 { print $2; exit }' acknowledged)
  note "leader $1 killed: the first row was acknowledged after $(awk -v from="$killed" -v to="$first" 'BEGIN { printf "%.1f", to - from }') s"
  is "leader $1: none of $(wc -l <acknowledged) acknowledged rows is lost" "$(lost_rows)" 0
  check "leader $1: the indexes of the new one are sound" node_sql "$(leader)" "$verified"
  killed=$EPOCHREALTIME
  start_node "$old"
  check "leader $1: the old one is a standby again" within 90 has_standbys streaming 2
  note "standby again after $(seconds_since "$killed") s"
  check "leader $1: the new one has a synchronous standby" within 60 has_synchronous
}

check_example() {
  local number name top verified_there digest_there
  check 'HAProxy leads to the leader' within 30 leads_to "$leader_port" f
  check 'and to standbys' within 30 leads_to "$standby_port" t

  check 'Patroni has chosen a synchronous standby' within 60 has_synchronous
  start_process writer write_rows
  must 30 test -s acknowledged
  for ((number = 1; number <= kills; number++)); do kill_leader "$number"; done
  touch writer.stop
  check 'the writer is not left waiting for a standby' within 60 has_ended writer
  kill_process writer KILL
  is "of $(wc -l <acknowledged) rows that were acknowledged none is lost" "$(lost_rows)" 0
  check 'old leaders came back by pg_rewind' grep -q 'running pg_rewind' n1.log n2.log n3.log
  is 'and not by a new copy' "$(cat n1.log n2.log n3.log | grep -c 'replica has been created')" 2

  check 'both standbys have all' within 60 caught_up
  name=$(leader)
  digest_there=$(node_sql "$name" "$digest")
  verified_there=$(node_sql "$name" "$verified")
  top=$(top "$name")
  for name in "${nodes[@]}"; do
    is "$name: rows" "$(node_sql "$name" "$digest")" "$digest_there"
    is "$name: indexes" "$(node_sql "$name" "$verified")" "$verified_there"
    is "$name: ten nearest" "$(top "$name")" "$top"
  done

  is 'who has no password cannot change the configuration' \
    "$(curl -s -o /dev/null -w '%{http_code}' -X PATCH -d '{}' "http://127.0.0.1:$(rest_port_of "$(leader)")/config")" 401
  change "$(leader)" PATCH config '{"synchronous_node_count": 2}'
  check 'synchronous_node_count = 2: both standbys are synchronous' within 30 has_standbys sync 2
  is 'and a row is acknowledged' "$(node_sql "$(leader)" 'INSERT INTO items VALUES (-1, vector_of(-1)) RETURNING id')" -1
  check 'a switchover, as before maintenance, makes another node the leader' switch_over
}
