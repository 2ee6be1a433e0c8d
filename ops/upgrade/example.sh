# A new version of vecext on three nodes of Patroni, one after the other, while clients search through HAProxy. Sourced by ops/run
# and ops/test.
# shellcheck shell=bash disable=SC2034,SC2154

# shellcheck source=ops/patroni/cluster.sh
source "$repo/ops/patroni/cluster.sh"

# --- Two versions ----------------------------------------------------------------------------------

# Each node has a server of its own: folders of links, and programs as files, which find the others from where they lie.
bin_of() { echo "$work/$1.tree$bin"; }

make_tree() {
  local what folder
  for what in bindir sharedir pkglibdir; do
    folder=$("$config" "--$what")
    mkdir -p "$1.tree$folder"
    if [[ $what == bindir ]]; then cp -rL "$folder/." "$1.tree$folder"; else cp -rs "$folder/." "$1.tree$folder"; fi
  done
}

# make_versions: the folders "new", which has what is installed and a script that updates to it, and "old", a version that is made up from
# that, as none is published yet: its library says another version, and one function has another name.
make_versions() {
  library=$("$config" --pkglibdir)/vecext.so
  extensions=$("$config" --sharedir)/extension
  new=$(sed -n "s/^default_version = '\(.*\)'/\1/p" "$extensions/vecext.control")
  old=${new//[0-9]/0}
  mkdir new old
  cp "$library" "$extensions/vecext.control" "$extensions/vecext--$new.sql" new
  echo 'ALTER FUNCTION vecext.last_search() RENAME TO last_scan;' >"new/vecext--$old--$new.sql"
  sed "s/${new//./\\.}/$old/g" "$library" >old/vecext.so
  sed "s/${new//./\\.}/$old/" "$extensions/vecext.control" >old/vecext.control
  { cat "$extensions/vecext--$new.sql" && echo 'ALTER FUNCTION vecext.last_scan() RENAME TO last_search;'; } >"old/vecext--$old.sql"
}

# install_on NODE VERSION: as `make install` does it, in new files: a running server keeps the ones that it has loaded.
install_on() {
  rm -f "$1.tree$extensions"/vecext--*
  install -m 755 "$2/vecext.so" "$1.tree$library"
  install -m 644 "$2/vecext.control" "$2"/vecext--*.sql "$1.tree$extensions"
}

start() {
  local name
  make_versions
  for name in "${nodes[@]}"; do
    make_tree "$name"
    install_on "$name" old
  done
  start_patroni
}

# --- The way of a node -----------------------------------------------------------------------------

has_left() { ! has_role "$1" replica; }

# version_of NODE: that of its library, and that of the database.
version_of() { node_sql "$1" 'SELECT library, script FROM vecext.version()'; }
has_version() { same "$(version_of "$1")" "$2"; }

# upgrade_node NAME: a standby. HAProxy leads no client to it meanwhile; its sessions end.
upgrade_node() {
  echo 'tags: {noloadbalance: true}' >>"$1.yml"
  change "$1" POST reload "{}"
  must 20 has_left "$1"
  sleep 3 # HAProxy asks each second, and twice
  install_on "$1" new
  check "$1 starts again" change "$1" POST restart "{}"
  check "$1 has the new library, below the old catalog" within 30 has_version "$1" "$new|$old"
  sed -i '$d' "$1.yml"
  change "$1" POST reload "{}"
  must 20 has_role "$1" replica
}

# --- Clients ---------------------------------------------------------------------------------------

# search_through PORT FILE: searches again and again, each in a connection of its own, and tries again what fails, for half a minute. The file has the answer, how often it was asked, and
# the seconds.
search_through() {
  local answer tries started
  while [[ ! -e searches.stop ]]; do
    started=$EPOCHREALTIME
    for ((tries = 1; tries < 300; tries++)); do
      if answer=$(psql -XAtqc 'SET enable_seqscan = off; SELECT id FROM items ORDER BY v <-> vector_of(7) LIMIT 1' -h 127.0.0.1 -p "$1"); then break; fi
      answer=none
      sleep 0.1
    done
    echo "$answer $tries $(seconds_since "$started")" >>"$2"
    sleep 0.1
  done
}

# check_searches NAME FILE
check_searches() {
  is "$1: all of $(wc -l <"$2") searches were answered, and rightly" "$(cut -d ' ' -f 1 "$2" | sort -u)" 7
  note "$(awk '$2 > 1 { again++ } $3 > longest { longest = $3 } END { printf "%d of them were asked again, the longest took %.1f s", again, longest }' "$2")"
}

check_example() {
  local name first top
  first=$(leader)
  top=$(top "$first")
  for name in "${nodes[@]}"; do is "$name begins with the old version" "$(version_of "$name")" "$old|$old"; done
  check 'Patroni has chosen a synchronous standby' within 60 has_synchronous
  start_process at_leader search_through "$leader_port" leader.searches
  start_process at_standbys search_through "$standby_port" standby.searches
  must 30 test -s leader.searches
  must 30 test -s standby.searches

  for name in "${nodes[@]}"; do [[ $name == "$first" ]] || upgrade_node "$name"; done
  check 'both standbys stream again' within 60 has_standbys streaming 2
  check 'a switchover to one of them' switch_over
  check 'the old leader is a standby of it' within 60 has_standbys streaming 2
  upgrade_node "$first"
  is 'the last step' "$(leader_sql 'ALTER EXTENSION vecext UPDATE' && leader_sql 'SELECT library, script, advice IS NULL FROM vecext.version()')" "$new|$new|t"

  touch searches.stop
  check 'the clients end' within 60 has_ended at_leader
  check 'all of them' within 60 has_ended at_standbys
  check_searches 'leader' leader.searches
  check_searches 'standbys' standby.searches
  for name in "${nodes[@]}"; do
    check "$name has the new version" within 30 has_version "$name" "$new|$new"
    is "$name: the function that it brings" "$(node_sql "$name" "SELECT to_regproc('vecext.last_scan') IS NOT NULL")" t
    is "$name: indexes are sound" "$(node_sql "$name" "$verified")" '5000 5000'
    is "$name: ten nearest" "$(top "$name")" "$top"
  done
}
