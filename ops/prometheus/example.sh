# Prometheus: prometheus-postgres-exporter with queries about vecext, recording and alert rules, and a board of Grafana, all queries
# of which are asked. The server has a standby. Sourced by ops/run and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

packages=(prometheus prometheus-postgres-exporter curl jq)

start() {
  free_ports exporter_port prometheus_port
  make_cluster server "shared_preload_libraries = 'pg_stat_statements'" 'vecext.observe_one_in = 10'
  load_items server
  sql server 'CREATE EXTENSION pg_stat_statements' "SELECT vecext.create_collection('films', '{\"vectors\": {\"size\": 4, \"distance\": \"Cosine\"}}')" >setup.log
  make_tenants >>setup.log
  psql -Xq -v ON_ERROR_STOP=1 -h "$work/server.socket" -f "$example/monitoring.sql"
  "$bin/pg_basebackup" -D standby -R -X stream --checkpoint=fast -d "host=$work/server.socket application_name=standby"
  place_cluster standby
  fill "$example/prometheus.yml" prometheus.yml
  start_exporter
  start_process prometheus prometheus --config.file=prometheus.yml --storage.tsdb.path=tsdb --web.listen-address="127.0.0.1:$prometheus_port"
  must 30 has_data 'vecext_index_bytes'
}

# make_tenants: three namespaces; five points of each of two in "films".
make_tenants() {
  local points="SELECT vecext.upsert('films', (SELECT jsonb_agg(jsonb_build_object('id', id, 'vector', '[1, 2, 3, 4]'::jsonb)) FROM generate_series(1, 5) AS id))"
  sql server "SELECT vecext.create_namespace(id) FROM unnest('{acme,globex,initech}'::text[]) AS id" "SELECT vecext.enable_namespaces('films')" \
    "SELECT vecext.grant_namespace('postgres', '*')" "SET vecext.namespace = 'acme'" "$points" "SET vecext.namespace = 'globex'" "$points"
}

start_exporter() {
  DATA_SOURCE_NAME="host=$work/server.socket user=monitor dbname=postgres" start_process exporter prometheus-postgres-exporter \
    --web.listen-address="127.0.0.1:$exporter_port" --extend.query-path="$example/queries.yml" --disable-default-metrics --disable-settings-metrics
}

show() {
  say "PostgreSQL:   psql -h $work/server.socket -U postgres"
  say "exporter:     http://127.0.0.1:$exporter_port/metrics"
  say "Prometheus:   http://127.0.0.1:$prometheus_port"
  say "Grafana:      import $ops/prometheus/dashboard.json, and choose that Prometheus"
}

# ask EXPRESSION: Prometheus' answer.
ask() { curl -sf --data-urlencode "query=$1" "http://127.0.0.1:$prometheus_port/api/v1/query"; }
has_data() { [[ $(ask "$1" | jq '.data.result | length') -gt 0 ]]; }
value() { ask "$1" | jq -r '.data.result[0].value[1]'; }
# fires ALERT [LABEL=VALUE]
fires() { [[ $(ask "ALERTS{alertname=\"$1\", alertstate=\"firing\"${2:+, ${2%%=*}=\"${2#*=}\"}}" | jq '.data.result | length') -gt 0 ]]; }

search() { pgbench -n -h "$work/server.socket" -t "$1" -c 2 -f "$ops/pgbouncer/search.sql" >>pgbench.log 2>&1; }

# expressions: those of all panels, and of the variables, a line each, as Grafana would ask them.
expressions() {
  jq -r '.panels[].targets[].expr' "$example/dashboard.json"
  sed -nE 's/.*"query": "label_values\((.*), [a-z]+\)".*/\1/p' "$example/dashboard.json" | sed 's/\\"/"/g'
}
# shellcheck disable=SC2016  # the variables are Grafana's
as_asked() { sed -e 's/\$__rate_interval/1m/g' -e 's/\$datname/.*/g' -e 's/\$index/.*/g'; }

# without_data: the expressions to which Prometheus has no answer.
without_data() {
  local expression
  while IFS= read -r expression; do
    within 20 has_data "$expression" || echo "$expression"
  done < <(expressions | as_asked)
}

check_example() {
  check 'the rules are sound' promtool check rules "$example/rules.yml"
  check 'each alert fires where it should, and only there' promtool test rules "$example/rules_test.yml" "$example/rules_week_test.yml"
  check 'Prometheus takes its configuration' promtool check config prometheus.yml
  search 500
  is 'no query of the exporter fails for a role with pg_monitor' "$(value 'max_over_time(pg_exporter_last_scrape_error[1h])') $(grep -c level=error exporter.log)" '0 0'
  is 'that role cannot read the table' "$(psql -XAtq -h "$work/server.socket" -U monitor -c "SELECT has_table_privilege('items', 'SELECT')")" f
  check 'it has counted the searches' within 20 equals 'vecext_scan_scans_total{indexname="items_graph"}' 1000
  search 500
  is "each of $(expressions | wc -l) queries of the board has data" "$(without_data)" ''
  is 'no alert fires' "$(ask 'ALERTS{alertstate="firing"}' | jq '.data.result | length')" 0

  damage server items_lists
  sql server 'SET enable_seqscan = off; SELECT id FROM items ORDER BY v <=> vector_of(1) LIMIT 1' >damage.log 2>&1 || true
  like 'a search of a damaged index ends with an error' "$(<damage.log)" 'invalid page in block 0'
  PGOPTIONS='-c ignore_checksum_failure=on' sql server 'SET enable_seqscan = off; SELECT id FROM items ORDER BY v <=> vector_of(1) LIMIT 1' >damage2.log 2>&1 || true
  like 'with checksums ignored, too' "$(<damage2.log)" 'is damaged'
  sql server "SELECT vecext.update_namespace_quotas('acme', '{\"max_vectors\": 6}')" "SELECT vecext.update_namespace_quotas('globex', '{\"max_vectors\": 5}')" \
    "SELECT vecext.update_namespace_status('initech', 'suspended')" >tenants.log
  kill_process exporter # as its cache of vecext_state is of 300 s, and that of vecext_namespace of 60
  start_exporter
  check 'the alert of the checksum fires' within 30 fires PageChecksumFailed
  check 'that of the damaged index fires' within 30 fires VecextIndexDamaged indexname=items_lists
  is 'and for it alone' "$(value 'count(ALERTS{alertname="VecextIndexDamaged"})')" 1
  is 'the state of the others is there' "$(value 'vecext_state_rows{indexname="items_graph"}') $(value 'vecext_state_damaged{indexname="items_lists"}')" '5000 1'
  is 'and health says error' "$(value vecext_health_status)" 2
  check 'that of a quota of which 5 of 6 rows are used fires' within 30 fires VecextQuotaNearlyReached namespace=acme
  check 'that of one which is reached' within 30 fires VecextQuotaReached namespace=globex
  check 'that of a suspended namespace' within 30 fires VecextNamespaceSuspended namespace=initech
  is 'and none of another one' "$(value 'count(ALERTS{namespace!="", alertstate="firing"})')" 3
  sql server "SELECT pg_create_physical_replication_slot('gone')" >slot.log
  check 'a slot that no replica reads is one of a dead replica' within 30 equals 'vecext_replica_dead{name="gone"}' 1
  check 'and the standby is not' within 30 equals 'vecext_replica_dead{name="standby"}' 0
  sql server 'REINDEX INDEX items_lists'
  kill_process exporter
  start_exporter
  check 'until REINDEX' within 30 equals 'vecext_health_status + on () count(vecext_state_damaged == 0)' 3
}
equals() { [[ $(value "$1") == "$2" ]]; }
