#!/usr/bin/env bash
# Builds and runs the programs of Qdrant's Go, Rust and Java clients against a gateway in front of the server that libpq's
# variables name:
#
#   other_languages.sh VECEXTD DIR [go|rust|java]...
#
# DIR is for what is downloaded and built, some 700 MB for all three, which take three minutes of processor time. A program is
# left out, with a line that says so, where its toolchain is not there. The last line is "N passed, N failed".
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
gateway=$(realpath "$1")
work=$(mkdir -p "$2" && cd "$2" && pwd)
languages=("${@:3}")
[[ ${#languages[@]} -gt 0 ]] || languages=(go rust java)
passed=0
failed=0

tool_of() {
  case $1 in
    go) echo go ;;
    rust) echo cargo ;;
    java) echo mvn ;;
    *) return 1 ;;
  esac
}

# build_LANGUAGE: leaves its command in "command".
build_go() {
  (cd "$here/go" && GOPATH=$work/go GOCACHE=$work/go-build GOFLAGS='-mod=readonly -modcacherw -buildvcs=false' go build -o "$work/go-client" .)
  command=("$work/go-client")
}

build_rust() {
  (cd "$here/rust" && CARGO_HOME=$work/cargo CARGO_TARGET_DIR=$work/rust cargo build --quiet --locked)
  command=("$work/rust/debug/client")
}

build_java() {
  mvn -q -B -f "$here/java/pom.xml" -Dmaven.repo.local="$work/maven" dependency:copy-dependencies -DoutputDirectory="$work/jars"
  (cd "$work/jars" && sha256sum --quiet --strict -c "$here/java/jars.sha256")
  javac -cp "$work/jars/*" -d "$work/classes" "$here/java/Client.java"
  command=(java -cp "$work/jars/*:$work/classes" Client)
}

# try_client LANGUAGE: builds and runs its program.
try_client() {
  set -e
  "build_$1"
  python3 "$here/with_gateway.py" "$gateway" "${command[@]}"
}

for language in "${languages[@]}"; do
  tool=$(tool_of "$language")
  if ! command -v "$tool" >/dev/null; then
    echo "skip $language: $tool is not installed"
    continue
  fi
  echo "=== $language"
  start=$SECONDS
  # Not in a condition, where bash would ignore set -e.
  set +e
  (try_client "$language")
  status=$?
  set -e
  echo "=== $language: $((SECONDS - start)) s"
  if [[ $status -eq 0 ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
