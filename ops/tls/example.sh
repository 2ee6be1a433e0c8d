# TLS with a CA of one's own: clients and standbys show certificates, and new ones are taken by a reload. Sourced by ops/run and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

packages=(openssl)

# make_ca: a certificate authority in the folder ca.
make_ca() {
  mkdir ca
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/CN=vecext example CA' \
    -keyout ca/ca.key -out ca/ca.crt
}

# make_certificate DIR NAME COMMON_NAME [SUBJECT_ALTERNATIVE_NAMES]: NAME.key and NAME.crt in that folder, by the CA.
make_certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$3" -keyout "$1/$2.key.new" -out "$1/$2.csr"
  openssl x509 -req -in "$1/$2.csr" -CA ca/ca.crt -CAkey ca/ca.key -CAcreateserial -days 90 \
    -extfile <(if [[ -n ${4:-} ]]; then echo "subjectAltName=$4"; fi) -out "$1/$2.crt.new"
  chmod 600 "$1/$2.key.new"
  # A server that reloads between the two has a key that does not fit, says so in its log, and keeps the pair that it has.
  mv "$1/$2.key.new" "$1/$2.key"
  mv "$1/$2.crt.new" "$1/$2.crt"
}

server_certificate() { make_certificate "$1" server localhost DNS:localhost,IP:127.0.0.1; }

start() {
  free_ports primary_port standby_port
  make_ca >openssl.log 2>&1
  mkdir client other
  { make_certificate client app app && make_certificate client replicator replicator; } >>openssl.log 2>&1
  make_cluster primary
  load_items primary
  "$bin/pg_ctl" -D primary -s -m fast stop
  server_certificate primary >>openssl.log 2>&1
  cp ca/ca.crt primary/ca.crt
  fill "$example/postgresql.conf" tls.conf
  cat tls.conf >>primary/postgresql.conf
  echo "port = $primary_port" >>primary/postgresql.conf
  cp "$example/pg_hba.conf" primary/pg_hba.conf
  start_cluster primary
  PGPORT=$primary_port sql primary 'CREATE ROLE app LOGIN' 'CREATE ROLE replicator LOGIN REPLICATION' 'GRANT SELECT ON items TO app'
  "$bin/pg_basebackup" -D standby -R -X stream --checkpoint=fast -d "$(connection replicator "$primary_port")"
  server_certificate standby >>openssl.log 2>&1
  echo "port = $standby_port" >>standby/postgresql.conf
  place_cluster standby
}

# connection ROLE PORT: how a client with the certificate of that role connects, which verifies that of the server.
connection() {
  echo "host=localhost port=$2 user=$1 sslmode=verify-full sslrootcert=$work/ca/ca.crt sslcert=$work/client/$1.crt sslkey=$work/client/$1.key"
}

show() {
  say "primary:      psql '$(connection app "$primary_port") dbname=postgres'"
  say "standby:      psql '$(connection app "$standby_port") dbname=postgres'"
}

# serial PORT: that of the certificate which a server shows.
serial() {
  openssl s_client -starttls postgres -connect "localhost:$1" -CAfile ca/ca.crt -verify_return_error </dev/null 2>/dev/null |
    openssl x509 -noout -serial
}
serial_is_new() { [[ $(serial "$1") == serial=* && $(serial "$1") != "$2" ]]; }

# refused CONNECTION PATTERN: true if the server, or the client, refuses with a message like that.
refused() {
  local output
  if output=$(psql -XAtqc 'SELECT 1' "$1 dbname=postgres" 2>&1); then
    echo "was admitted"
    return 1
  fi
  matches "$output" "$2"
}

check_example() {
  local app before search='SELECT id FROM items ORDER BY v <-> vector_of(7) LIMIT 1'
  app="$(connection app "$primary_port") dbname=postgres"
  is 'a client with a certificate searches' "$(psql -XAtqc "$search" "$app")" 7
  like 'by TLS 1.3, as the name of its certificate' \
    "$(psql -XAtqc 'SELECT version, client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()' "$app")" '^TLSv1\.3\|/CN=app$'
  check 'one without a certificate is refused' refused "host=localhost port=$primary_port user=app sslmode=verify-full sslrootcert=ca/ca.crt" \
    'requires a valid client certificate'
  check 'one with the certificate of another role is refused' refused "${app/user=app/user=replicator} " 'certificate authentication failed'
  check 'one without TLS is refused' refused "host=localhost port=$primary_port user=app sslmode=disable" 'no pg_hba.conf entry'
  check 'a client does not trust a server by another name' refused "${app/host=localhost/host=localhost.localdomain hostaddr=127.0.0.1}" 'does not match host name'
  is 'the standby streams by TLS' "$(PGPORT=$primary_port sql primary \
    "SELECT r.state, s.ssl, s.client_dn FROM pg_stat_replication AS r JOIN pg_stat_ssl AS s USING (pid)")" 'streaming|t|/CN=replicator'
  is 'and verifies its primary' "$(PGPORT=$standby_port sql standby "SELECT conninfo ~ 'sslmode=verify-full' FROM pg_stat_wal_receiver")" t
  is 'searches of the standby by TLS find the same' "$(psql -XAtqc "$search" "$(connection app "$standby_port") dbname=postgres")" 7

  # A session from before the change ends after it.
  mkfifo statements
  psql -XAtq "$app" <statements >session.log 2>&1 &
  processes[session]=$!
  exec 4>statements
  echo 'SELECT pg_backend_pid();' >&4
  must 20 test -s session.log
  before=$(serial "$primary_port")
  server_certificate primary >>openssl.log 2>&1
  PGPORT=$primary_port sql primary 'SELECT pg_reload_conf()' >reload.log
  check 'after a reload the server shows its new certificate' within 20 serial_is_new "$primary_port" "$before"
  echo "SELECT pg_backend_pid(); $search;" >&4
  exec 4>&-
  wait "${processes[session]}" || true
  unset 'processes[session]'
  is 'and a session from before goes on' "$(uniq session.log | wc -l) $(tail -n 1 session.log)" '2 7'
  is 'as does replication' "$(PGPORT=$primary_port sql primary 'SELECT count(*) FROM pg_stat_replication')" 1

  # A certificate that does not fit its key changes nothing.
  before=$(serial "$primary_port")
  cp client/app.crt primary/server.crt
  PGPORT=$primary_port sql primary 'SELECT pg_reload_conf()' >reload.log
  check 'a certificate that does not fit is reported' within 20 grep -q 'SSL configuration was not reloaded' primary.log
  is 'and the one before is shown on' "$(serial "$primary_port")" "$before"
}
