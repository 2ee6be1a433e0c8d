// An index and its text search configuration.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Makes the index depend on the configuration that it is built with, so that this is not dropped
/// without it. It depends no longer on one that it was built with before, unless it has expressions
/// or a predicate, whose dependencies are of the same kind.
void depend_on_config(Relation index, Oid config);

/// Raises a WARNING if the configuration is not what it was when the index was built.
void warn_of_changed_config(Relation index);

}  // namespace vecext::pg
