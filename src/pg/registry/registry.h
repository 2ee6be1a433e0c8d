// Looks up collections: which table a name means, and which columns of the table are the id, the
// payload and the vectors. A session keeps what it has looked up until a table of the registry, or
// the table of a collection, changes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "pg/registry/strict_mode.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/attnum.h"
}

namespace vecext::pg {

enum class CollectionDistance : std::uint8_t {
  kCosine,
  kDot,
  kEuclid,
  kManhattan,
  kHamming,
  kJaccard,
};

/// A vector column of a collection.
struct CollectionVector {
  const char* name;  // "" for the unnamed vector
  AttrNumber column;
  Oid type;  // vector, halfvec, sparsevec, bit or, for multi-vectors, an array of one of these
  int32 typmod;
  CollectionDistance distance;
  Oid distance_operator;  // which indexes order by; of `type` or, for multi-vectors, of its
                          // elements
  bool is_multi;
  bool is_uint8;       // elements are integers of 0 to 255, and so are those of query vectors
  bool is_normalized;  // functions make vectors of length 1 of those that they get
  bool has_idf;        // searches multiply the weights of a query by how rare their dimensions are
  int64 most;  // limit of vectors in a multi-vector, or of non-zeros in a sparse vector; -1 if any
};

/// A payload index of type `text`: filters of the collection read texts at its key by its
/// configuration.
struct CollectionTextIndex {
  const char* key;  // the path to the texts
  Oid config;       // the text search configuration
};

/// True if ids may be of that type: int8, uuid, text, vecext.point_id, and int4 if the user has
/// made the table.
bool is_id_type(Oid type);

struct Collection {
  Oid relid;
  const char* name;
  AttrNumber id;
  Oid id_type;                  // see is_id_type()
  AttrNumber payload;           // InvalidAttrNumber if there is none
  AttrNumber namespace_column;  // InvalidAttrNumber if points do not belong to namespaces
  const CollectionVector* vectors;
  int vector_count;
  const CollectionTextIndex* text_indexes;
  int text_index_count;
  StrictMode strict;

  std::span<const CollectionVector> all_vectors() const {
    return {vectors, static_cast<std::size_t>(vector_count)};
  }
  std::span<const CollectionTextIndex> all_text_indexes() const {
    return {text_indexes, static_cast<std::size_t>(text_index_count)};
  }
};

/// Returns a copy, in the current memory context, of the collection that `name` means. This is the
/// name of a collection or an alias in any schema, and may have the schema before it. Raises an
/// ERROR 42P01 if there is no such collection.
const Collection* collection_of_name(std::string_view name);

/// Returns the collection that a statement means by that name. A name without a schema must be in
/// the search path, as for a table. Locks the table until the transaction ends, as a query that
/// reads it does, so its columns stay what the returned collection says. Raises an ERROR 42P01 if
/// there is no such collection, 42501 if an index of the table would run functions that the caller
/// has no reason to trust.
const Collection* locked_collection_of_name(std::string_view name);

/// Returns the table of the collection that a view is an alias of, or InvalidOid if the view is not
/// that of an alias. The caller has locked the view.
Oid table_of_alias(Oid view);

/// Returns the collection that the table is, or null if the table is not a collection.
const Collection* collection_of_table(Oid relid);

/// Raises an ERROR 40001 if columns of the collection have changed since it was looked up. The lock
/// keeps other sessions from changing them; this session may change them by a function that the
/// owner of another table has put into a policy. To be called between statements on different
/// tables.
void check_unchanged(const Collection& collection);

/// Raises an ERROR 42703 that the collection has no vector of that name, with a HINT that names its
/// vectors. `place` says where in a request the name is, and is null if that is not known.
[[noreturn]] void raise_no_vector(const Collection& collection, std::string_view name,
                                  const char* place);

/// Returns the vector of that name, or null if the collection has none.
const CollectionVector* find_vector(const Collection& collection, std::string_view name);

/// Returns the vector of that name. Raises an ERROR 42703 if the collection has none.
const CollectionVector& vector_of_name(const Collection& collection, std::string_view name);

}  // namespace vecext::pg
