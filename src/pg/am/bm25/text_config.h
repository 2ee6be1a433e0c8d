// An index and its text search configuration.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Writes the configuration into the options of an index that is to be built, if they say none:
/// that of other partitions, or default_text_search_config. So the index keeps it when that setting
/// changes, in a dump, and when it is rebuilt. What is rebuilt without the option has been built by
/// a version that took "simple", or the option was reset: then "simple" it is.
void fix_config(Relation index, const IndexInfo& info);

/// Makes the index depend on the configuration that it is built with, so that this is not dropped
/// without it. It depends no longer on one that it was built with before, unless it has expressions
/// or a predicate, whose dependencies are of the same kind.
void depend_on_config(Relation index, Oid config);

/// Raises a WARNING if the configuration is not what it was when the index was built.
void warn_of_changed_config(Relation index);

}  // namespace vecext::pg
