// Writes what shared memory has counted of calls to vecext.namespace_usage.
#pragma once

#include "pg/namespace/namespace_cache.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Writes the calls of a namespace if the last time was a minute ago or more, and if no other
/// transaction writes them.
void write_usage_sometimes(const Namespace& written);

}  // namespace vecext::pg
