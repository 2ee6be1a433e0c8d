// A number that changes with a text search configuration.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns a hash of a configuration's parser, of the dictionaries that each type of token goes to,
/// and of the templates and options of these dictionaries. It hashes their names, so that it is the
/// same after a dump and restore. The name of the configuration and the contents of dictionary
/// files do not count.
uint64 text_config_hash(Oid config);

}  // namespace vecext::pg
