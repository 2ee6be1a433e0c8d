// A number that changes with a text search configuration.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns a hash of the parser of a configuration, of the dictionaries of each type of token, and
/// of their templates and options. It hashes their names, so that it is the same after a dump and
/// restore. The contents of dictionary files, and the name of the configuration, are not part of
/// it.
uint64 text_config_hash(Oid config);

}  // namespace vecext::pg
