// A number that changes with a text search configuration.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// A hash of the parser of a configuration, of the dictionaries of each type of token, of their
/// templates and options: by name, so that it is the same after a dump and restore. What files of
/// dictionaries contain, and the name of the configuration, are not part of it.
uint64 text_config_hash(Oid config);

}  // namespace vecext::pg
