# Sourced by the examples patroni and upgrade: a Patroni cluster of three nodes, with etcd of three members and HAProxy.
# shellcheck shell=bash disable=SC2034,SC2154

packages=(patroni etcd-server haproxy curl jq)
patroni=$repo/ops/patroni
nodes=(n1 n2 n3)

# bin_of NODE: where its programs of PostgreSQL are.
bin_of() { echo "$bin"; }

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

# start_patroni: all of it, with the table "items".
start_patroni() {
  local i name rest_port postgres_port node_bin
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
    node_bin=$(bin_of "$name")
    fill "$patroni/node.yml" "$name.yml"
    chmod 600 "$name.yml"
  done
  fill "$patroni/haproxy.cfg" haproxy.cfg
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
  curl -sf -m 90 -K - -o change.log -X "$2" -d "$4" "http://127.0.0.1:$(rest_port_of "$1")/$3" <<<"user = patroni:$password"
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

# top: the ten nearest of five queries by a node's hnsw index.
top() {
  node_sql "$1" "SET enable_seqscan = off; SELECT string_agg((SELECT string_agg(id::text, ' ' ORDER BY d, id)
    FROM (SELECT id, v <-> vector_of(-q) AS d FROM items ORDER BY v <-> vector_of(-q) LIMIT 10) AS s), ', ' ORDER BY q) FROM generate_series(1, 5) AS q"
}

# switch_over: has Patroni make another node the leader.
switch_over() {
  local name
  name=$(leader)
  change "$name" POST switchover "{\"leader\": \"$name\"}"
  within 60 is_replaced "$name"
}
