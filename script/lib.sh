# Sourced by the scripts of this folder: messages, packages, the work directory, the user to run
# as, and a private PostgreSQL that sees our extension while the system's does not.
# shellcheck shell=bash

set -euo pipefail
export LC_ALL=C.UTF-8
unset "${!PG@}" # a user's PGHOST or PGOPTIONS must not lead us to another server

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=   # our directory, once open_work has run
keep=   # not empty: leave the work directory
pg=     # PostgreSQL major version, once choose_pg has run
own=    # folder of the work directory where a step puts a PostgreSQL of our own; empty: the system's is used
bin=    # programs of the private server tree, once open_work has run
config= # pg_config of the PostgreSQL that the extension is built for, once open_work has run
updated= # not empty: apt-get update has run

say() { printf '%s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# logged LOG COMMAND...: runs a command or function, its output to a file; where it fails, shows the
# end of that and ends the script. Never in a condition: bash would ignore `set -e` in the function.
logged() {
  local log=$1 status
  shift
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  set -e
  [[ $status -eq 0 ]] || die "$1 failed:"$'\n'"$(tail -n 40 "$log")"
}

# --- Packages -------------------------------------------------------------------------------------

# apt_get ARGUMENT...: runs apt-get without questions; shows its output only where it fails.
apt_get() {
  local log
  log=$(DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 "$@" 2>&1) ||
    die "apt-get $1 failed:"$'\n'"$(tail -n 20 <<<"$log")"
}

apt_update() {
  [[ -n $updated || $EUID -ne 0 ]] && return
  apt_get update
  updated=1
}

# missing_packages NAME...: those that are not installed.
missing_packages() {
  local name
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || echo "$name"
  done
}

# need_packages NAME...: installs what is missing; without the right to, says what to install.
# A package of the server makes no cluster of its own while we install it, and none starts a service,
# if policy-rc.d is not there already. Comes before open_work, which takes over the EXIT trap.
need_packages() {
  local -a missing
  local -a made=(/etc/postgresql-common/createcluster.d/vecext.conf)
  command -v apt-get >/dev/null || die "set-up needs Debian or Ubuntu (apt-get)"
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -eq 0 ]] && return
  [[ $EUID -eq 0 ]] || die "missing packages; as root: apt-get install ${missing[*]}"
  say "installing ${missing[*]}"
  apt_update
  mkdir -p "${made[0]%/*}"
  [[ -e /usr/sbin/policy-rc.d ]] || made+=(/usr/sbin/policy-rc.d)
  # shellcheck disable=SC2064  # the names as they are now
  trap "rm -f ${made[*]}" EXIT
  echo 'create_main_cluster = false' >"${made[0]}"
  if [[ ${#made[@]} -eq 2 ]]; then
    printf '%s\n' '#!/bin/sh' 'exit 101' >"${made[1]}"
    chmod 755 "${made[1]}"
  fi
  apt_get install --no-install-recommends "${missing[@]}"
  rm -f "${made[@]}"
  trap - EXIT
}

# have_pg MAJOR: true if that PostgreSQL is installed, or apt has it.
have_pg() {
  [[ -x /usr/lib/postgresql/$1/bin/postgres ]] && return
  apt_update
  apt-cache show "postgresql-server-dev-$1" >/dev/null 2>&1
}

# choose_pg: sets pg to the newest PostgreSQL installed, or else the newest that apt has.
choose_pg() {
  pg=$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | cut -d/ -f5 | sort -n | tail -n 1) || true
  [[ -n $pg ]] && return
  apt_update
  pg=$(apt-cache pkgnames postgresql-server-dev- | sed -n 's/.*-\([0-9]\+\)$/\1/p' | sort -n |
    tail -n 1)
  [[ -n $pg ]] || die "apt knows no PostgreSQL"
}

# What building the extension, testing all of it, and its benchmarks need. The user postgres comes with the server.
build_packages() {
  echo g++ libeigen3-dev libicu-dev make
  if [[ -n $own ]]; then echo postgresql-common; else echo "postgresql-$pg" "postgresql-server-dev-$pg"; fi
}
test_packages() {
  build_packages
  echo clang libclang-rt-dev cmake doctest-dev nlohmann-json3-dev python3 python3-venv libipc-run-perl
  gateway_packages
  if has_pgtap; then echo "postgresql-$pg-pgtap" libtap-parser-sourcehandler-pgtap-perl; fi
}
# Boost 1.81 or newer, which Debian 12 has beside its own 1.74. script/root sets suite.
boost_package() {
  if [[ ${suite:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)} == bookworm ]]; then echo libboost1.81-dev; else echo libboost-dev; fi
}
gateway_packages() {
  boost_package
  echo cmake doctest-dev g++ libcli11-dev libnghttp2-dev libpq-dev libprotobuf-dev libsimdjson-dev libspdlog-dev libssl-dev \
    ninja-build openssl pkg-config protobuf-compiler zlib1g-dev
}
# What a test of the dashboard needs besides: npm may come from elsewhere.
browser_packages() {
  echo chromium
  command -v npm >/dev/null || echo npm
}
# example_names: the examples of ops.
example_names() { for file in "$repo"/ops/*/example.sh; do basename "$(dirname "$file")"; done; }
# ops_packages NAME: what that example of ops needs, as it says itself.
ops_packages() {
  local packages=()
  # shellcheck source=/dev/null
  source "$repo/ops/$1/example.sh"
  echo postgresql-client-common "${packages[@]}"
}
# install_ops NAME...: as root, installs what these examples need, each as far as it can be had.
install_ops() {
  local name log
  [[ $EUID -eq 0 ]] || return 0
  for name in "$@"; do
    # shellcheck disable=SC2046  # the list is words
    log=$(need_packages $(ops_packages "$name") 2>&1) || true
    [[ -z $log ]] || say "# $(tail -n 1 <<<"$log")"
  done
}
has_pgtap() { [[ -z $own && $pg != 19 ]]; } # Debian builds no modules for a release candidate
bench_packages() {
  build_packages
  echo cmake doctest-dev libbenchmark-dev libcli11-dev libfaiss-dev libhdf5-dev libhnswlib-dev \
    libopenblas-openmp-dev libpq-dev nlohmann-json3-dev pkg-config python3-matplotlib
}

# build_gateway DIR OPTION...: the gateway of the copy of the source, in that folder.
build_gateway() {
  as_user cmake -G Ninja -S tree/gateway -B "$1" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON -DCMAKE_UNITY_BUILD=ON "${@:2}"
  as_user cmake --build "$1"
}

# have_client: true if the packages of test/client are in the virtual environment "client"; makes it on the first call, for which others wait.
have_client() {
  {
    flock 9
    [[ -e log/client-packages ]] || get_client_packages >log/client-packages 2>&1 || true
  } 9>log/client.lock
  [[ -e client/ready ]]
}

get_client_packages() {
  as_user python3 -m venv client && as_user client/bin/pip install --quiet --retries 1 --no-cache-dir --requirement tree/test/client/requirements.txt &&
    as_user touch client/ready
}

# have_python: true if the package of clients/python, and what its tests need, are in the virtual environment "python"; makes it on the first call.
have_python() {
  if [[ ! -e log/python-packages ]]; then
    { as_user python3 -m venv python && as_user python/bin/pip install --quiet --retries 1 --no-cache-dir \
      --requirement tree/clients/python/tests/requirements.txt --editable tree/clients/python && as_user touch python/ready; } >log/python-packages 2>&1 || true
  fi
  [[ -e python/ready ]]
}

# have_mkdocs: true if what builds the site is in the virtual environment "mkdocs"; makes it on the first call.
have_mkdocs() {
  if [[ ! -e log/mkdocs ]]; then
    { as_user python3 -m venv mkdocs && as_user mkdocs/bin/pip install --quiet --retries 1 --no-cache-dir \
      --requirement tree/tools/site/requirements.txt && as_user touch mkdocs/ready; } >log/mkdocs 2>&1 || true
  fi
  [[ -e mkdocs/ready ]]
}

# build_site: the manual as a site, into site, and checks it. A link that leads nowhere is an error.
build_site() {
  as_user mkdir site-source
  as_user python3 tree/tools/site/stage.py tree site-source
  VECEXT_SITE_SOURCE=$work/site-source VECEXT_SITE=$work/site NO_MKDOCS_2_WARNING=1 PYTHONDONTWRITEBYTECODE=1 \
    as_user mkdocs/bin/mkdocs build --quiet --config-file tree/tools/site/mkdocs.yml
  as_user python3 tree/tools/site/check.py tree site
}

# get_browser_modules: what a test of the dashboard takes from npm's registry, as the lock files of the copy of the source
# have it. None of their scripts runs.
get_browser_modules() {
  local folder
  for folder in tree/gateway/dashboard tree/test/dashboard; do
    as_user npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=20000 || return
  done
}

# test_dashboard ARGUMENT...: checks its types, and tries the dashboard of build-gateway/vecextd in Chromium, in front of the
# private server.
test_dashboard() {
  as_user npm run --prefix tree/gateway/dashboard check
  as_user createdb dashboard
  as_user psql -qd dashboard -c 'CREATE EXTENSION vecext'
  PGDATABASE=dashboard as_user node tree/test/dashboard/dashboard_test.mjs --gateway build-gateway/vecextd "$@"
}

# --- The work directory ---------------------------------------------------------------------------

# as_user COMMAND...: runs it as the user that owns the work directory: never as root, because
# PostgreSQL refuses to run as root.
as_user() {
  if [[ $EUID -eq 0 ]]; then
    setpriv --reuid=postgres --regid=postgres --init-groups -- env HOME="$work" "$@"
  else
    "$@"
  fi
}

# make_work: makes the work directory, $VECEXT_WORK or a fresh one under /tmp, and goes there.
# Whatever ends the script, close_work runs.
make_work() {
  if [[ -n ${VECEXT_WORK:-} ]]; then
    mkdir -p "$VECEXT_WORK"
    work=$(cd "$VECEXT_WORK" && pwd)
    [[ -z $(ls -A "$work") ]] || die "$work is not empty"
  else
    work=$(mktemp -d /tmp/vecext.XXXXXX)
  fi
  trap close_work EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  chmod 755 "$work"
  cd "$work"
}

# open_work: make_work for PostgreSQL $pg; libpq's programs will use the server of start_server.
# Needs the packages.
open_work() {
  make_work
  [[ $EUID -eq 0 ]] && chown postgres:postgres "$work"
  as_user test -w "$work" || die "user postgres cannot reach $work"
  bin=$work/${own:-pg/usr/lib/postgresql/$pg}/bin
  config=/usr/lib/postgresql/$pg/bin/pg_config
  [[ -z $own ]] || config=$bin/pg_config
  export PATH="$bin:$PATH" PGHOST=$work/socket PGUSER=postgres PGDATABASE=postgres
}

# stop_servers: stops every server whose data lies in the work directory.
stop_servers() {
  local pid_file
  while IFS= read -r -d '' pid_file; do
    as_user "$bin/pg_ctl" -D "${pid_file%/*}" -s -m immediate stop || true
  done < <(find "$work" -name postmaster.pid -print0)
}

close_work() {
  trap - EXIT
  [[ -n $bin ]] && stop_servers
  cd /
  if [[ -n $keep ]]; then
    say "kept $work"
  else
    rm -rf --one-file-system "$work"
  fi
}

# copy_tree DIR: copies the source tree, tracked files and new ones, without what git ignores.
copy_tree() {
  local -a git=(git -c "safe.directory=$repo" -C "$repo")
  mkdir -p "$1"
  if "${git[@]}" rev-parse --git-dir >/dev/null 2>&1; then
    "${git[@]}" ls-files -z --cached --others --exclude-standard --deduplicate
  else
    (cd "$repo" && find . -type f -print0)
  fi |
    (cd "$repo" && while IFS= read -r -d '' file; do
      if [[ -e $file ]]; then printf '%s\0' "$file"; fi
    done | tar -c --null -T -) |
    tar -x --no-same-owner -C "$1"
}

# copy_source DIR: the same, owned by the user of as_user.
copy_source() {
  copy_tree "$1"
  [[ $EUID -eq 0 ]] && chown -R postgres:postgres "$1"
  return 0
}

# make_extension DIR ARGUMENT...: PGXS's make for our PostgreSQL in that copy of the source.
make_extension() { as_user make -C "$1" -j"$(nproc)" -s PG_CONFIG="$config" "${@:2}"; }

# installcheck VARIABLE=...: PGXS's installcheck of the copy in "tree", with the private
# server's programs.
installcheck() { as_user make -C tree -s installcheck PG_CONFIG="$bin/pg_config" "$@"; }

# run_fuzzer PROGRAM SECONDS [CORPUS]: runs one of tree/test/fuzz, with the dictionary of its name or, if it
# reads text, that of values; it leaves the input of a failure here, and others that it finds in the folder CORPUS.
run_fuzzer() {
  local -a options=(-max_total_time="$2" -print_final_stats=1)
  local dict
  dict=tree/test/fuzz/$(basename "$1" _fuzzer).dict
  if [[ -e $dict ]]; then
    options+=(-dict="$dict")
  elif [[ $1 == *_text_fuzzer ]]; then
    options+=(-dict=tree/test/fuzz/text.dict)
  fi
  as_user "$1" "${options[@]}" "${@:3}"
}

# run_gateway_fuzzer PROGRAM OPTION...: runs one of the gateway, from its seeds on; it leaves the input of a failure here,
# and others that it finds in corpus-gateway.
run_gateway_fuzzer() {
  local name
  name=$(basename "$1" _fuzzer)
  as_user mkdir -p "corpus-gateway/$name"
  as_user cp -r "tree/gateway/test/fuzz/seeds/$name/." "corpus-gateway/$name" 2>/dev/null || true
  as_user "$@" -print_final_stats=1 -dict=tree/gateway/test/fuzz/requests.dict "corpus-gateway/$name"
}

# --- A private PostgreSQL -------------------------------------------------------------------------

# make_server_tree: makes $work/pg, a server tree whose files are links to the system's, so that
# what `make install DESTDIR=$work/pg` adds is seen by its server only. The programs are copies:
# they find their other folders from where they really lie.
make_server_tree() {
  local folder
  for folder in "usr/lib/postgresql/$pg" "usr/share/postgresql/$pg"; do
    as_user mkdir -p "$work/pg/$folder"
    as_user cp -rs "/$folder/." "$work/pg/$folder"
  done
  as_user rm -r "$bin"
  as_user cp -r "/usr/lib/postgresql/$pg/bin" "$bin"
}

# install_extension: installs the copy of the source in "tree" into the PostgreSQL of our own, or makes the server tree and
# installs it there. The name "vector" is ours in it, also where the system has the pgvector package.
install_extension() {
  if [[ -n $own ]]; then
    make_extension tree install
    return
  fi
  local extensions=$work/pg/usr/share/postgresql/$pg/extension
  make_server_tree
  as_user rm -f "$extensions/vector.control" "$extensions"/vector--* \
    "$work/pg/usr/lib/postgresql/$pg/lib/vector.so"
  make_extension tree install DESTDIR="$work/pg"
}

# start_server [SETTING...]: starts a new cluster of the private server tree, on a Unix socket only.
start_server() {
  as_user mkdir "$work/socket"
  as_user "$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
    >"$work/server.log" 2>&1 || die "initdb failed:"$'\n'"$(tail "$work/server.log")"
  cat >>"$work/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$work/socket'
fsync = off
END
  printf '%s\n' "$@" >>"$work/data/postgresql.conf"
  [[ $EUID -eq 0 ]] && chown postgres:postgres "$work/server.log"
  as_user "$bin/pg_ctl" -D "$work/data" -l "$work/server.log" -s -w start ||
    die "the server did not start:"$'\n'"$(tail "$work/server.log")"
}

# stop_command: what stops the server, for a person to type.
stop_command() {
  local stop="$bin/pg_ctl -D $work/data stop"
  if [[ $EUID -eq 0 ]]; then echo "su postgres -c '$stop'"; else echo "$stop"; fi
}

# --- A gateway in front of it ---------------------------------------------------------------------

# require_free_ports PORT: ends the script if something listens on that port of localhost, or on the next one. 0 stands for any.
require_free_ports() {
  local port
  [[ $1 != 0 ]] || return 0
  for port in "$1" "$(($1 + 1))"; do
    ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || die "port $port is in use: give another one by --port, or 0"
  done
}

# start_gateway DATABASE PORT: vecextd, which goes on when this script has ended. Sets url, grpc and key.
start_gateway() {
  key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  VECEXTD_API_KEY=$key as_user setsid sh -c 'echo $$ >vecextd.pid && exec build-gateway/vecextd "$@"' vecextd \
    --postgres "host=$PGHOST user=$PGUSER dbname=$1" --http-port "$2" \
    --grpc-port "$(($2 == 0 ? 0 : $2 + 1))" >vecextd.log 2>&1 </dev/null &
  local starting=$!
  url=
  while kill -0 "$starting" 2>/dev/null && [[ -z $url ]]; do
    sleep 0.1
    url=$(grep -o 'http://.*' vecextd.log || true)
  done
  grpc=$(sed -n 's/.*gRPC on //p' vecextd.log)
  [[ -n $url ]] || die "vecextd did not start: $(tail -n 1 vecextd.log)"
}
