# Sourced by ops/run, ops/test and ops/pgbackrest/drill: what the examples share. An example is a file ops/NAME/example.sh with
# "packages", the Debian packages that it needs; "start", which starts everything; "show", which says where it listens; and
# "check_example", which tests what has started. These run as user postgres, in the work directory.
# shellcheck shell=bash disable=SC2034,SC2154  # examples use what is set here, and set packages and example

given_config=${PG_CONFIG:-} # lib.sh unsets all PG*
# shellcheck source=script/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../script/lib.sh"

ops=$repo/ops
passed=0
failed=0
ports=()               # those that were chosen
declare -A processes=() # what start_process has started, by name

# --- Set-up ---------------------------------------------------------------------------------------

# become_postgres ARGUMENT...: as root, runs the program again, with these arguments, as user postgres: servers refuse root.
become_postgres() {
  [[ $EUID -eq 0 ]] || return 0
  setpriv --reuid=postgres --regid=postgres --init-groups -- test -r "$ops/lib.sh" || die "user postgres cannot read $repo"
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- env PG_CONFIG="$given_config" "$0" "$@"
}

# why_not NAME: says what an example lacks; nothing if it can start.
why_not() {
  local missing extensions
  # shellcheck disable=SC2046  # the list is words
  missing=$(missing_packages $(ops_packages "$1") | xargs)
  extensions=$("$config" --sharedir)/extension
  if [[ -n $missing ]]; then
    echo "not installed: $missing"
  elif [[ ! -e $extensions/vecext.control ]]; then
    echo "extension vecext is not installed in $extensions"
  fi
}

# choose_server: sets config to $PG_CONFIG, or else that of the newest PostgreSQL installed, and bin to its programs.
choose_server() {
  config=$given_config
  if [[ -z $config ]]; then
    choose_pg
    config=/usr/lib/postgresql/$pg/bin/pg_config
  fi
  bin=$("$config" --bindir)
}

# open_directory: makes the work directory, which ends with all processes in it, and goes there. Only its user may: servers in it trust who
# reaches their sockets.
open_directory() {
  make_work
  [[ $work != *[[:space:]]* ]] || die "connection strings need a directory without blanks, not $work"
  chmod 700 "$work"
  trap close_directory EXIT
  export HOME=$work PATH="$bin:$PATH:/usr/sbin" PGUSER=postgres PGDATABASE=postgres PGCONNECT_TIMEOUT=10
}

# open_example NAME: the same, and loads the example.
open_example() {
  open_directory
  example=$ops/$1
  # shellcheck source=/dev/null
  source "$example/example.sh"
}

close_directory() {
  local name
  for name in "${!processes[@]}"; do kill_process "$name" KILL; done
  close_work 2>/dev/null # of servers that were killed
}

# --- Processes and ports --------------------------------------------------------------------------

# free_ports VARIABLE...: sets each to a port of localhost on which nothing listens.
free_ports() {
  local name port
  for name in "$@"; do
    while port=$((20000 + RANDOM % 12000)); [[ " ${ports[*]} " == *" $port "* ]] || (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    ports+=("$port")
    printf -v "$name" %d "$port"
  done
}

# start_process NAME COMMAND...: runs it in the background, its output to NAME.log.
start_process() {
  "${@:2}" >>"$1.log" 2>&1 </dev/null &
  processes[$1]=$!
}

# kill_process NAME [SIGNAL]: ends it.
kill_process() {
  { kill -s "${2:-TERM}" "${processes[$1]}" && wait "${processes[$1]}"; } 2>/dev/null || true
  unset "processes[$1]"
}

# has_ended NAME: true if that process has.
has_ended() { ! kill -0 "${processes[$1]}" 2>/dev/null; }

# within SECONDS COMMAND...: true once the command is; false if that takes longer.
within() {
  local end=$((SECONDS + $1))
  until "${@:2}" >/dev/null 2>&1; do
    [[ $SECONDS -lt $end ]] || return 1
    sleep 0.2
  done
}

# must SECONDS COMMAND...: waits for the command to become true; ends the script if that takes longer.
must() {
  within "$@" || die "not within $1 s: ${*:2}"$'\n'"$(tail -qn 5 ./*.log 2>/dev/null)"
}

# listens PORT: true if something does, on localhost.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# fill TEMPLATE FILE: writes the file with each @NAME@ of the template replaced by the value of that variable.
fill() {
  local template_text placeholder # must not hide a variable that a template names
  template_text=$(<"$1")
  for placeholder in $(grep -o '@[a-z_0-9]*@' "$1" | sort -u | tr -d @); do
    template_text=${template_text//"@$placeholder@"/"${!placeholder}"}
  done
  printf '%s\n' "$template_text" >"$2"
}

seconds_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }'; }

# --- Clusters -------------------------------------------------------------------------------------

# make_cluster NAME [SETTING...]: a new cluster in the folder NAME, which listens in the folder NAME.socket alone.
make_cluster() {
  "$bin/initdb" -D "$1" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --data-checksums --no-sync >"$1.log" 2>&1 ||
    die "initdb failed:"$'\n'"$(tail "$1.log")"
  printf '%s\n' "listen_addresses = ''" 'fsync = off' 'jit = off' "${@:2}" >>"$1/postgresql.conf"
  place_cluster "$1"
}

# place_cluster NAME: has the cluster listen in a folder of its own, and starts it.
place_cluster() {
  mkdir "$1.socket"
  printf '%s\n' "unix_socket_directories = '$work/$1.socket'" >>"$1/postgresql.conf"
  start_cluster "$1"
}

start_cluster() {
  "$bin/pg_ctl" -D "$1" -l "$1.log" -s -w -t 120 start || die "$1 did not start:"$'\n'"$(tail "$1.log")"
}

# sql CLUSTER STATEMENT...: executes them in one session, and prints the rows alone.
sql() {
  local statement statements=()
  for statement in "${@:2}"; do statements+=(-c "$statement"); done
  psql -XAtq -v ON_ERROR_STOP=1 -h "$work/$1.socket" "${statements[@]}"
}

# load_items CLUSTER: the table "items", of 5,000 vectors with an hnsw and an ivfpq index.
load_items() { psql -Xq -v ON_ERROR_STOP=1 -h "$work/$1.socket" -f "$ops/items.sql"; }

# damage CLUSTER INDEX: overwrites a part of its first page, while the cluster is stopped.
damage() {
  local file
  file=$(sql "$1" "SELECT pg_relation_filepath('$2')")
  "$bin/pg_ctl" -D "$1" -s -m fast stop
  head -c 64 /dev/zero | tr '\0' '\377' | dd of="$1/$file" bs=1 seek=40 conv=notrunc status=none
  start_cluster "$1"
}

digest="SELECT count(*) || ' ' || md5(string_agg(id || ':' || v, ',' ORDER BY id)) FROM items"
verified='SELECT string_agg(vecext.verify_index(index)::text, chr(32) ORDER BY indexname) FROM vecext.indexes'

# --- Checks ---------------------------------------------------------------------------------------

# check NAME COMMAND...: passes if the command succeeds; shows its output if not.
check() {
  local output
  if output=$("${@:2}" 2>&1); then
    passed=$((passed + 1))
    say "ok - $1"
  else
    failed=$((failed + 1))
    say "not ok - $1"
    tail -n 20 <<<"$output" | sed 's/^/#   /'
  fi
}

# is NAME GOT WANTED
is() { check "$1" same "$2" "$3"; }
same() { [[ $1 == "$2" ]] || { echo "got    $1"; echo "wanted $2"; return 1; }; }

# like NAME TEXT PATTERN: an extended regular expression.
like() { check "$1" matches "$2" "$3"; }
matches() { [[ $1 =~ $2 ]] || { echo "got $1"; return 1; }; }

# skip NAME REASON: a check that is left out.
skip() { say "ok - $1 # SKIP $2"; }
note() { say "# $*"; }
