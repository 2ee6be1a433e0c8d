// Values of vecext.bm25_query: words or a tsquery, with the index that they are looked up in.
#pragma once

#include <string_view>

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/nodes.h"
#include "tsearch/ts_type.h"
}

namespace vecext::pg {

struct Bm25Query {
  int32 header;  // of the varlena, which is neither short nor compressed
  Oid index;
  int32 is_tsquery;

  /// The words, unless it is a tsquery.
  std::string_view words() const {
    return {reinterpret_cast<const char*>(this + 1), VARSIZE(this) - sizeof(Bm25Query)};
  }
  TSQuery tsquery() const { return reinterpret_cast<TSQuery>(const_cast<Bm25Query*>(this + 1)); }
};

/// Makes a value in the current memory context.
Bm25Query* pack_words(Oid index, std::string_view words);
Bm25Query* pack_tsquery(Oid index, TSQuery query);

/// A detoasted value.
const Bm25Query* bm25_query_of(Datum datum);

/// The function that packs a query of `type` with an index, in a schema: the user's, or the
/// planner's, which has a third argument.
Oid packing_function(Oid schema, Oid type, bool is_planners);

/// The index that an expression of the type names; invalid: known when it is evaluated.
Oid index_of_query(const Node* node);

/// True if a query that names an index is for this one: itself, or the partitioned one it is of.
bool is_query_of(Oid named, Oid index);

}  // namespace vecext::pg
