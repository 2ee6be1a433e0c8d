// Finds the text search configuration of a payload index of texts.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the configuration in the expression of the table's index of that name, which is that of
/// a payload index of type `text`: to_tsvector(config, …). Returns InvalidOid if the table has no
/// index of that name on such an expression.
Oid config_of_text_index(Oid table, const char* index);

}  // namespace vecext::pg
