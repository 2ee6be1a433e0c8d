# Sourced by script/assert and script/injection, after lib.sh: PostgreSQL $pg that checks its assertions, from 17 on with injection
# points, built from Debian's sources. Nothing of apt's own lists is changed.
# shellcheck shell=bash disable=SC2154  # lib.sh sets work, bin and pg

declare -A suite_of=([15]=bookworm [17]=trixie [18]=forky) # Debian's, by major version
# From 17 on the archive has no parsers made already.
server_packages='bison bzip2 flex libicu-dev libipc-run-perl pkg-config'

has_points() { [[ $pg -ge 17 ]]; }

# kept_server: the folder that the caller has for such a server, if any.
kept_server() { if has_points; then echo "${VECEXT_INJECTION:-}"; else echo "${VECEXT_ASSERT:-}"; fi; }

# fetch_source: the upstream archive of Debian's package, by lists of our own. Takes the newest version
# whose files can be had: the lists may name one that the archive no longer has, or does not have yet.
fetch_source() {
  local -a lists=(-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/apt/parts"
    -o Dir::State="$work/apt/state" -o Dir::Cache="$work/apt/cache")
  local version
  as_user mkdir -p "$work"/apt/{parts,state/lists/partial,cache/archives/partial} "$work/source"
  {
    say_source http://deb.debian.org/debian "${suite_of[$pg]}"
    # The suite that is not released yet has no other place for what is mended.
    [[ ${suite_of[$pg]} == forky ]] || say_source http://deb.debian.org/debian-security "${suite_of[$pg]}-security"
  } | as_user tee "$work/apt/parts/source.sources" >/dev/null
  as_user apt-get "${lists[@]}" -q update
  cd "$work/source" || return
  for version in $(apt-cache "${lists[@]}" showsrc --only-source "postgresql-$pg" | sed -n 's/^Version: //p' | sort -rVu); do
    if as_user apt-get "${lists[@]}" -q source --download-only --only-source "postgresql-$pg=$version"; then
      return
    fi
    echo "no source of $version"
    as_user find . -mindepth 1 -delete
  done
  return 1
}

# say_source URI SUITE: an entry of apt's list of sources.
say_source() {
  printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' "$1" "$2" \
    /usr/share/keyrings/debian-archive-keyring.gpg
}

# build_server: without Debian's patches, which install into the system's folders whatever the prefix.
# Kept in the caller's folder, if that is named.
build_server() {
  local tree=$work/source/postgresql kept
  local -a options=()
  kept=$(kept_server)
  if has_points; then options+=(--enable-injection-points); fi
  as_user mkdir "$tree"
  as_user tar -xf "$work"/source/postgresql-*.orig.tar.* -C "$tree" --strip-components=1
  cd "$tree" || return
  as_user ./configure --quiet --prefix="$work/server" --enable-cassert --enable-debug \
    --enable-tap-tests --with-icu --without-readline --without-zlib "${options[@]}" CFLAGS=-O1
  as_user make -s -j"$(nproc)"
  as_user make -s install
  as_user make -s -j"$(nproc)" -C contrib install
  if has_points; then as_user make -s -C src/test/modules/injection_points install; fi
  if [[ -n $kept ]]; then
    mkdir -p "$kept"
    cp -a "$work/server/." "$kept"
  fi
}

# have_server: true if the caller's folder has a server.
have_server() { [[ -x $(kept_server)/bin/postgres ]]; }

copy_server() { as_user cp -a "$(kept_server)" "$work/server"; }

# server_steps: makes $work/server.
server_steps() {
  if have_server; then
    step "server" copy_server
  else
    step "sources of PostgreSQL $pg" fetch_source
    step_after "sources of PostgreSQL $pg" "server" build_server
  fi
  # Its programs find libpq in the folder that they were built for, unless they are shown another one.
  export LD_LIBRARY_PATH=$work/server/lib
  step_after "server" "version" say_version
}

# say_version: fails if the server is another one than it should be.
say_version() {
  local options
  options=$("$bin/pg_config" --configure)
  "$bin/postgres" --version
  [[ $("$bin/postgres" --version) == *" $pg."* && $options == *--enable-cassert* ]]
  if has_points; then [[ $options == *--enable-injection-points* ]]; fi
}

# open_server_work: open_work for that server.
open_server_work() {
  [[ -n ${suite_of[$pg]:-} ]] || die "no Debian suite known for PostgreSQL $pg"
  # shellcheck disable=SC2034  # lib.sh uses it
  own=server
  # shellcheck disable=SC2046,SC2086  # the lists are words
  need_packages $(build_packages) $server_packages
  open_work
  as_user mkdir log
}

# Lines of logs that say that something is wrong, whatever the tests say.
faults='TRAP: |PANIC: |inconsistent page found|terminated by signal (4|6|7|8|11)\b|ERROR: AddressSanitizer|runtime error: '
faults+='|WARNING: .*(leak|still referenced|own a lock|problem in alloc set|past chunk end|freed chunk)'

# no_faults FILE|FOLDER...: nothing is wrong in these logs, of which there are some; shows what is.
no_faults() {
  local status=0
  [[ -n $(find "$@" -name '*.log' -print -quit) ]]
  grep -rE --include='*.log' "$faults" "$@" || status=$?
  [[ $status -eq 1 ]] # more: not all could be read
}
