// The configurations by which conditions of a collection's filter read texts, if the filter names
// none: those of the collection's text indexes.
#pragma once

#include <span>

#include "core/condition/condition.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/primnodes.h"
}

namespace vecext::pg {

/// Returns the condition in which each condition on tokens that names no configuration has the one
/// of the collection's text index on its path, or default_text_config() if the collection has no
/// such index. The result, which is the given condition if it has nothing to do with such indexes,
/// lives in the current memory context.
const Condition* with_indexed_configs(const Condition* condition, const Collection& collection);

/// Returns the configurations that with_indexed_configs() has set, as a constant of type
/// regconfig[], in the order of the conditions. Returns null if it has set none.
Const* indexed_configs(const Condition& condition);

/// Returns the condition with configurations that indexed_configs() has returned, in the current
/// memory context. The constant or parameter of a user may have too few; default_text_config() is
/// then taken.
const Condition* with_given_configs(const Condition* condition, Datum configs);

}  // namespace vecext::pg
