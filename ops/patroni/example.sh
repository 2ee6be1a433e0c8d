# Patroni: three nodes, etcd of three members, and HAProxy; leaders that are killed while rows are written. $VECEXT_KILLS is how
# often, 3 by default. Sourced by ops/run and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

packages=(patroni etcd-server haproxy curl jq)
kills=${VECEXT_KILLS:-3}
nodes=(n1 n2 n3)

start_etcd() {
  local i cluster=
  for i in 1 2 3; do
    free_ports "etcd_port_$i" "peer_port_$i"
    local port=etcd_port_$i peer=peer_port_$i
    etcd_hosts+=${etcd_hosts:+,}127.0.0.1:${!port}
    cluster+=${cluster:+,}e$i=http://127.0.0.1:${!peer}
  done
  for i in 1 2 3; do
    local port=etcd_port_$i peer=peer_port_$i
    start_process "etcd$i" etcd --name "e$i" --data-dir "etcd$i" --initial-cluster "$cluster" --initial-cluster-state new \
      --listen-peer-urls "http://127.0.0.1:${!peer}" --initial-advertise-peer-urls "http://127.0.0.1:${!peer}" \
      --listen-client-urls "http://127.0.0.1:${!port}" --advertise-client-urls "http://127.0.0.1:${!port}"
  done
  must 30 curl -sf "http://127.0.0.1:$etcd_port_1/health"
}

# start_node NAME: Patroni, which makes the node's cluster, or goes on with it.
start_node() { start_process "$1" patroni "$work/$1.yml"; }

start() {
  local i name rest_port postgres_port
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  export PGPASSWORD=$password
  etcd_hosts=
  start_etcd
  free_ports leader_port standby_port
  for i in 1 2 3; do
    name=n$i
    free_ports rest_port postgres_port
    printf -v "rest_port_$i" %d "$rest_port"
    printf -v "postgres_port_$i" %d "$postgres_port"
    mkdir "$name.socket"
    fill "$example/node.yml" "$name.yml"
    chmod 600 "$name.yml"
  done
  fill "$example/haproxy.cfg" haproxy.cfg
  start_node n1
  must 60 has_role n1 primary
  start_node n2
  start_node n3
  start_process haproxy haproxy -db -f haproxy.cfg
  must 60 has_standbys streaming 2
  must 20 leader_sql 'SELECT 1'
  psql -Xq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$leader_port" -f "$ops/items.sql"
}

show() {
  local name port
  say "password:     export PGPASSWORD=$password"
  say "leader:       psql -h 127.0.0.1 -p $leader_port -U postgres"
  say "standbys:     psql -h 127.0.0.1 -p $standby_port -U postgres"
  for name in "${nodes[@]}"; do
    port=$(rest_port_of "$name")
    say "$name:           psql -h 127.0.0.1 -p $(postgres_port_of "$name") -U postgres; curl http://127.0.0.1:$port/patroni"
  done
  say "a lost node:  pkill -9 -f $work/n1.yml; kill -9 \$(head -n 1 $work/n1/postmaster.pid)"
  say "and back:     patroni $work/n1.yml    # as user $(id -un). While both standbys are away, commits wait for one"
  say "cluster:      patronictl -c $work/n1.yml list"
}

# change NODE METHOD PATH DATA: asks Patroni for a change, with the password, which is no argument, as all users see those.
change() {
  curl -sf -K - -o change.log -X "$2" -d "$4" "http://127.0.0.1:$(rest_port_of "$1")/$3" <<<"user = patroni:$password"
}

rest_port_of() { local port=rest_port_${1#n} && echo "${!port}"; }
postgres_port_of() { local port=postgres_port_${1#n} && echo "${!port}"; }
postmaster_of() { head -n 1 "$1/postmaster.pid"; }

# has_role NODE ROLE: true if Patroni says so: primary, replica.
has_role() { curl -sf -m 5 -o /dev/null "http://127.0.0.1:$(rest_port_of "$1")/$2"; }

# now_leading: the node that leads now; none for a moment while it renews its lock, or another one takes over.
now_leading() {
  local name
  for name in "${nodes[@]}"; do
    if has_role "$name" primary; then echo "$name" && return; fi
  done
}

# leader: the node that leads, once one does.
leader() {
  local name='' tries
  for ((tries = 0; tries < 100; tries++)); do
    name=$(now_leading)
    [[ -z $name ]] || break
    sleep 0.3
  done
  echo "${name:?no node leads}"
}
is_replaced() {
  local name
  name=$(now_leading)
  [[ -n $name && $name != "$1" ]]
}

leader_sql() { psql -XAtq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$leader_port" -c "$1"; }
node_sql() { psql -XAtq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$(postgres_port_of "$1")" -c "$2"; }

# has_standbys STATE NUMBER: true if the leader has so many in that state, or of that sync_state.
has_standbys() {
  [[ $(node_sql "$(leader)" "SELECT count(*) FROM pg_stat_replication WHERE '$1' IN (state, sync_state) AND state = 'streaming'") == "$2" ]]
}
caught_up() {
  [[ $(node_sql "$(leader)" 'SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()') == 2 ]]
}

# has_synchronous: true if Patroni has chosen a synchronous standby. Until then commits wait.
has_synchronous() {
  local name
  for name in "${nodes[@]}"; do
    if has_role "$name" synchronous; then return; fi
  done
  return 1
}

# leads_to PORT IN_RECOVERY: true if a server answers at that port of HAProxy, and is in recovery or is not.
leads_to() { [[ $(psql -XAtqc 'SELECT pg_is_in_recovery()' -h 127.0.0.1 -p "$1") == "$2" ]]; }

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

has_ended() { ! kill -0 "${processes[$1]}"; }

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

# top: the ten nearest of five queries by a node's hnsw index.
top() {
  node_sql "$1" "SET enable_seqscan = off; SELECT string_agg((SELECT string_agg(id::text, ' ' ORDER BY d, id)
    FROM (SELECT id, v <-> vector_of(-q) AS d FROM items ORDER BY v <-> vector_of(-q) LIMIT 10) AS s), ', ' ORDER BY q) FROM generate_series(1, 5) AS q"
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
  name=$(leader)
  change "$name" POST switchover "{\"leader\": \"$name\"}"
  check 'a switchover, as before maintenance, makes another node the leader' within 60 is_replaced "$name"
}
