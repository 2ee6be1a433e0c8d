// Statements about the session of a connection.
#pragma once

#include "pool/statement.h"

namespace vecext::gateway {

/// Has the server look every second if its client is still there while it executes a statement,
/// unless a setting says that already. Returns a row if it has.
inline constexpr Statement kWatchClient{
    "watch_client",
    "SELECT pg_catalog.set_config('client_connection_check_interval', '1s', false)"
    " WHERE pg_catalog.current_setting('client_connection_check_interval', true)"
    " OPERATOR(pg_catalog.=) '0'"};

/// These together do what DISCARD ALL does, but statements stay prepared, and plans valid.
inline constexpr Statement kRenewSession[] = {
    {"close_cursors", "CLOSE ALL"},     {"reset_user", "RESET SESSION AUTHORIZATION"},
    {"reset_role", "RESET ROLE"},       {"reset_settings", "RESET ALL"},
    {"unlisten", "UNLISTEN *"},         {"unlock", "SELECT pg_catalog.pg_advisory_unlock_all()"},
    {"drop_temporary", "DISCARD TEMP"}, {"forget_sequences", "DISCARD SEQUENCES"}};

}  // namespace vecext::gateway
