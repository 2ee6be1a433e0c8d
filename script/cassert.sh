# Sourced by script/assert, after lib.sh: a PostgreSQL that checks its assertions, built from Debian's sources. Nothing of
# apt's own lists is changed.
# shellcheck shell=bash disable=SC2154  # lib.sh sets work, bin and pg

# fetch_source: the upstream archive of Debian's package, by lists of our own. Takes the newest version
# whose files can be had: the lists may name one that the archive no longer has, or does not have yet.
fetch_source() {
  local -a lists=(-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/apt/parts"
    -o Dir::State="$work/apt/state" -o Dir::Cache="$work/apt/cache")
  local version
  as_user mkdir -p "$work"/apt/{parts,state/lists/partial,cache/archives/partial} "$work/source"
  as_user tee "$work/apt/parts/source.sources" >/dev/null <<'END'
Types: deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
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

# build_server: without Debian's patches, which install into the system's folders whatever the prefix.
# Kept in $VECEXT_ASSERT, if that names a folder.
build_server() {
  local tree=$work/source/postgresql
  as_user mkdir "$tree"
  as_user tar -xf "$work"/source/postgresql-*.orig.tar.* -C "$tree" --strip-components=1
  cd "$tree" || return
  as_user ./configure --quiet --prefix="$work/server" --enable-cassert --enable-debug \
    --enable-tap-tests --with-icu --without-readline --without-zlib CFLAGS=-O1
  as_user make -s -j"$(nproc)"
  as_user make -s install
  as_user make -s -j"$(nproc)" -C contrib install
  if [[ -n ${VECEXT_ASSERT:-} ]]; then
    mkdir -p "$VECEXT_ASSERT"
    cp -a "$work/server/." "$VECEXT_ASSERT"
  fi
}

# have_server: whether $VECEXT_ASSERT has such a server.
have_server() { [[ -x ${VECEXT_ASSERT:-}/bin/postgres ]]; }

copy_server() { as_user cp -a "$VECEXT_ASSERT" "$work/server"; }

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

say_version() { [[ $("$bin/pg_config" --configure) == *--enable-cassert* ]] && "$bin/postgres" --version; }
