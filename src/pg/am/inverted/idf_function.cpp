// vecext.sparse_idf(): multiplies each weight of a query by how rare its dimension is in an index.
#include "core/postings/sparse/sparse_idf.h"

#include <cmath>

#include "core/value/layout.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/common/access_method.h"
#include "pg/am/common/count_rights.h"
#include "pg/am/common/has_pages.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/common/opclass.h"
#include "pg/am/inverted/inverted.h"
#include "pg/am/inverted/sparse_values.h"
#include "pg/sys/error.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/genam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// How many vectors there are, and how many of them have each dimension of the query.
struct Counts {
  uint64 vectors;
  uint64* of;
};

Relation open_inverted(Oid oid) {
  const char kind = get_rel_relkind(oid);
  if (kind != RELKIND_INDEX && kind != RELKIND_PARTITIONED_INDEX) {
    if (const char* name = get_rel_name(oid); name != nullptr) {
      ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is not an index", name)));
    }
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", oid)));
  }
  const Relation index = index_open(oid, AccessShareLock);
  if (access_method_of(index) != &kInvertedMethod) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is not an inverted index", RelationGetRelationName(index))));
  }
  return index;
}

void count_in(Relation index, const SparsevecView& vector, Counts* counts) {
  with_current(index, cached_postings, [&](CachedPostings* cached) -> Status {
    BufferStore store(index, &cached->buffers);
    return sparse::count_dimensions(store, cached->model, vector,
                                    context_arena(CurrentMemoryContext), counts->of,
                                    &counts->vectors);
  });
}

/// Adds the counts of all partitions of a partitioned index. On a standby, leaves out the
/// partitions whose pages the standby lacks.
void count_in_all(Relation index, const SparsevecView& vector, Counts* counts) {
  for (const Oid part :
       oids_of(find_all_inheritors(RelationGetRelid(index), AccessShareLock, nullptr))) {
    if (get_rel_relkind(part) == RELKIND_INDEX) {
      const Relation leaf = index_open(part, AccessShareLock);
      if (has_pages(leaf)) {
        count_in(leaf, vector, counts);
      }
      index_close(leaf, AccessShareLock);
    }
  }
}

}  // namespace

VECEXT_FUNCTION(vecext_sparse_idf)
{
  varlena* result = PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
  check_may_count(PG_GETARG_OID(1), "sparse_idf", nullptr);
  const Relation index = open_inverted(PG_GETARG_OID(1));
  const SparsevecView vector = sparse_view_of(VARDATA(result));
  Counts counts{0, palloc0_array<uint64>(vector.nnz + 1)};
  if (index->rd_rel->relkind == RELKIND_INDEX) {
    require_pages(index);
    count_in(index, vector, &counts);
  } else {
    count_in_all(index, vector, &counts);
  }
  index_close(index, AccessShareLock);
  char* weights =
      VARDATA(result) + sizeof(SparsevecLayout) + static_cast<Size>(vector.nnz) * sizeof(int32);
  for (int32 i = 0; i < vector.nnz; ++i) {
    const auto weight = static_cast<float>(static_cast<double>(sparse::weight_at(vector, i)) *
                                           postings::idf_of(counts.vectors, counts.of[i]));
    if (std::isinf(weight)) {
      ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                      errmsg("value out of range: overflow")));
    }
    // A weight of a sparse vector must not be zero.
    const float least = std::copysign(FLT_TRUE_MIN, sparse::weight_at(vector, i));
    memcpy(weights + i * sizeof(float), weight == 0 ? &least : &weight, sizeof(float));
  }
  PG_RETURN_POINTER(result);
}

}  // namespace vecext::pg
