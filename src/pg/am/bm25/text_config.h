// An index and its text search configuration.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Writes a configuration into the options of an index that is to be built, if the options have
/// none: the configuration of other partitions, or default_text_search_config. So the index keeps
/// it when that setting changes, in a dump, and when it is rebuilt. If an index is rebuilt and its
/// options have none, it gets "simple": either an old version built it, which always took "simple",
/// or the option was reset.
void fix_config(Relation index, const IndexInfo& info);

/// Makes the index depend on the configuration that it is built with, so that the configuration
/// cannot be dropped without the index. The index no longer depends on the configuration that it
/// was built with before, unless the index has expressions or a predicate, whose dependencies are
/// of the same kind.
void depend_on_config(Relation index, Oid config);

/// Raises a WARNING if the configuration has changed since the index was built.
void warn_of_changed_config(Relation index);

}  // namespace vecext::pg
