// Values of vecext.bm25_query: words or a tsquery, together with the index in which they are looked
// up.
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

  /// Returns the words. It must not be called if the query is a tsquery.
  std::string_view words() const {
    return {reinterpret_cast<const char*>(this + 1), VARSIZE(this) - sizeof(Bm25Query)};
  }
  TSQuery tsquery() const { return reinterpret_cast<TSQuery>(const_cast<Bm25Query*>(this + 1)); }
};

/// Make a value in the current memory context.
Bm25Query* pack_words(Oid index, std::string_view words);
Bm25Query* pack_tsquery(Oid index, TSQuery query);

/// Returns a value that is neither compressed nor out of line.
const Bm25Query* bm25_query_of(Datum datum);

/// Returns the function of a schema that packs a query of `type` with an index: the user's
/// function, or the planner's, which has a third argument.
Oid packing_function(Oid schema, Oid type, bool is_planners);

/// Returns the index that an expression of the type names, or InvalidOid if that is known only when
/// the expression is evaluated.
Oid index_of_query(const Node* node);

/// True if a query that names the index `named` is for `index`: they are the same, or `index`
/// belongs to the partitioned index `named`.
bool is_query_of(Oid named, Oid index);

}  // namespace vecext::pg
