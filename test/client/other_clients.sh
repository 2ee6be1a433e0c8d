#!/usr/bin/env bash
# Builds and runs programs of Qdrant's clients in other languages, and of the stores that frameworks have for Qdrant, against a
# gateway in front of the server that libpq's variables name:
#
#   other_clients.sh DIR VECEXTD [CLIENT]...   CLIENT: go, rust, java, langchain, llama_index, haystack; all of them if none is named
#   other_clients.sh DIR get CLIENT            only downloads what it needs; the last line says why it cannot
#
# DIR is for what is downloaded and built, a gigabyte for all of them. A client is left out, with a line that says so, where its
# toolchain is not there or its registry is out of reach; if some are named, at least one has to be tried. The last line is
# "N passed, N failed".
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(mkdir -p "$1" && cd "$1" && pwd)
all=(go rust java langchain llama_index haystack)
passed=0
failed=0
export GOPATH=$work/go GOCACHE=$work/go-build GOFLAGS='-mod=readonly -modcacherw -buildvcs=false'
export CARGO_HOME=$work/cargo CARGO_TARGET_DIR=$work/rust

# --- get_CLIENT: everything that is downloaded ----------------------------------------------------

need() { command -v "$1" >/dev/null || { echo "$1 is not installed" && return 1; }; }

get_go() { need go && cd "$here/go" && go mod download; }
get_rust() { need cargo && cd "$here/rust" && cargo fetch --quiet --locked; }
get_java() {
  need javac && need mvn || return
  mvn -q -B -f "$here/java/pom.xml" -Dmaven.repo.local="$work/maven" dependency:copy-dependencies -DoutputDirectory="$work/jars"
}
get_framework() {
  [[ -e $work/$1/bin/pip ]] || python3 -m venv "$work/$1"
  "$work/$1/bin/pip" install --quiet --retries 1 --no-cache-dir --no-compile --requirement "$here/frameworks/$1.txt"
}
get_langchain() { get_framework langchain; }
get_llama_index() { get_framework llama_index; }
get_haystack() { get_framework haystack; }

# --- build_CLIENT: leaves its command in "command" ------------------------------------------------

build_go() {
  # The compiler does not optimize, and collects its garbage seldom: a third less time.
  (cd "$here/go" && GOGC=400 CGO_ENABLED=0 go build -tags grpcnotrace -gcflags='all=-N -l' -o "$work/go-client" .)
  command=("$work/go-client")
}
build_rust() {
  (cd "$here/rust" && cargo build --quiet --locked --offline)
  command=("$work/rust/debug/client")
}
build_java() {
  (cd "$work/jars" && sha256sum --quiet --strict -c "$here/java/jars.sha256")
  javac -cp "$work/jars/*" -d "$work/classes" "$here/java/Client.java"
  command=(java -cp "$work/jars/*:$work/classes" Client)
}
build_langchain() { command=("$work/langchain/bin/python" "$here/frameworks/langchain_store.py"); }
build_llama_index() { command=("$work/llama_index/bin/python" "$here/frameworks/llama_index_store.py"); }
build_haystack() { command=("$work/haystack/bin/python" "$here/frameworks/haystack_store.py"); }

# try_client NAME: builds and runs its program.
try_client() {
  set -e
  "build_$1"
  python3 "$here/with_gateway.py" "$gateway" "${command[@]}"
}

if [[ $2 == get ]]; then
  "get_$3"
  exit
fi
gateway=$(realpath "$2")
clients=("${@:3}")
[[ ${#clients[@]} -gt 0 ]] || clients=("${all[@]}")
for client in "${clients[@]}"; do
  [[ " ${all[*]} " == *" $client "* ]] || { echo "there is no client $client, but ${all[*]}" >&2 && exit 2; }
done
for client in "${clients[@]}"; do
  start=$SECONDS
  if ! "$0" "$work" get "$client" >"$work/get.log" 2>&1; then
    echo "# skip $client: $(tail -n 1 "$work/get.log")"
    continue
  fi
  echo "=== $client: $((SECONDS - start)) s for what it needs"
  start=$SECONDS
  # Not in a condition, where bash would ignore set -e.
  set +e
  (try_client "$client")
  status=$?
  set -e
  echo "=== $client: $((SECONDS - start)) s"
  if [[ $status -eq 0 ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 && ($passed -gt 0 || $# -eq 2) ]]
