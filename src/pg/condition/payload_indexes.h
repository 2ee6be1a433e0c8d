// Reads which expressions over the payload the indexes of a table have.
#pragma once

#include <cstdint>
#include <span>

#include "core/condition/condition.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/attnum.h"
#include "nodes/primnodes.h"
}

namespace vecext::pg {

/// The kind of expression that an index is on, and its operator if it is not a btree.
enum class IndexedAs : std::uint8_t {
  kContainment,  // payload, payload -> 'key' or payload_values, by GIN: @>
  kTokens,       // to_tsvector(config, payload -> 'key'), by GIN: @@
  kText,         // payload_text
  kTextPrefix,   // payload_prefix
  kInt,          // payload_int
  kFloat,        // payload_float
  kBool,         // payload_bool
  kTime,         // payload_ts
  kUuid,         // payload_uuid
  kIsEmpty,      // payload_is_empty
  kCount,        // payload_count
  kIsArray,      // payload_is_array
  kNumbers,      // payload_nums, by GiST: &&
  kTimes,        // payload_times, by GiST: &&
  kGeoBox,       // payload_geo_box, by GiST: &&
};

/// A column of an index.
struct PayloadIndex {
  IndexedAs as;
  PayloadPath path;
  const Node* expression;  // as the index has it; its Vars have relation number 1
  Oid config;              // text search configuration; valid for kTokens
  Oid opfamily;
  Oid collation;
};

/// The indexes of a table on its payload, the paths at which a CHECK says that there are no arrays,
/// and the calls of matches() in the definitions of indexes. All live in the memory context that
/// was current when they were read.
struct PayloadIndexes {
  std::span<const PayloadIndex> indexes;
  std::span<const PayloadPath> scalar_paths;
  const List* calls;  // of matches() in definitions; their Vars have relation number 1
};

/// Reads the indexes of a table from the catalog. `payload` is the column; `schema` is the schema
/// of the payload's functions. The caller has locked the table.
PayloadIndexes payload_indexes(Oid table, AttrNumber payload, Oid schema);

/// True if the index is of that kind and path.
bool is_index_of(const PayloadIndex& index, IndexedAs as, const PayloadPath& path);

/// True if both paths have the same steps.
bool is_same_path(const PayloadPath& a, const PayloadPath& b);

/// Returns the first index of that kind and path, or null if there is none.
const PayloadIndex* find_index(const PayloadIndexes& indexes, IndexedAs as,
                               const PayloadPath& path);

/// True if a CHECK says that there is no array at the path.
bool is_scalar(const PayloadIndexes& indexes, const PayloadPath& path);

}  // namespace vecext::pg
