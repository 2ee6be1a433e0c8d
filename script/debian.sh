# Sourced by the scripts that build Debian packages, after lib.sh.
# shellcheck shell=bash disable=SC2154  # lib.sh sets repo and pg

debian_packages() {
  gateway_packages
  echo debhelper dpkg-dev g++ libeigen3-dev libicu-dev make postgresql-server-dev-all python3 "postgresql-server-dev-$pg"
}

# build_debs DIR VARIABLE=VALUE...: builds the packages of the copy of the source in DIR for PostgreSQL $pg, in this
# environment; they are beside DIR then. Where npm is missing, vecextd is built without its dashboard. With keep_objects=1, what make has built there is not built once more.
build_debs() {
  local profiles=nocheck
  local -a options=()
  dpkg-query -Wf '${Status}' npm 2>/dev/null | grep -q 'ok installed' || profiles+=' pkg.vecext.nodashboard'
  [[ -z ${keep_objects:-} ]] || options+=(-nc)
  [[ $EUID -ne 0 ]] || chown -R postgres:postgres "$(dirname "$1")"
  cd "$1" || return
  as_user env PG_SUPPORTED_VERSIONS="$pg" pg_buildext updatecontrol
  as_user env PG_SUPPORTED_VERSIONS="$pg" DEB_BUILD_PROFILES="$profiles" "${@:2}" dpkg-buildpackage -b -us -uc "${options[@]}"
}
