// What the server knows of collections: which table a name means, and which of its columns are the
// id, the payload and the vectors. What was looked up in the tables of the registry is kept for the
// session, until one of them or the table of a collection changes.
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
  const char* name;  // "": the unnamed vector
  AttrNumber column;
  Oid type;  // vector, halfvec, sparsevec, bit; of a multi-vector the array of one of these
  int32 typmod;
  CollectionDistance distance;
  Oid distance_operator;  // of `type`, or of its elements: that which indexes order by
  bool is_multi;
};

struct Collection {
  Oid relid;
  const char* name;
  AttrNumber id;
  Oid id_type;         // int8, uuid or text; of a table that the user made, int4 too
  AttrNumber payload;  // InvalidAttrNumber if there is none
  const CollectionVector* vectors;
  int vector_count;
  StrictMode strict;

  std::span<const CollectionVector> all_vectors() const {
    return {vectors, static_cast<std::size_t>(vector_count)};
  }
};

/// The collection of that name, or that the alias of that name stands for, in any schema; copied
/// into the current memory context. A schema may stand before the name. Raises an ERROR 42P01 if
/// there is none.
const Collection* collection_of_name(std::string_view name);

/// Returns the collection that a statement means by that name: without a schema it is in one of the
/// search path, as a table is. Locks the table as a query that reads it does, until the transaction
/// ends: what is returned stays true of its columns. Raises an ERROR 42501 if an index of the table
/// would run functions that the caller has no reason to trust.
const Collection* locked_collection_of_name(std::string_view name);

/// Returns the table of the collection that a view is an alias of, or InvalidOid if the view is no
/// alias. The caller has locked the view.
Oid table_of_alias(Oid view);

/// Returns the collection that the table is, or null if it is none.
const Collection* collection_of_table(Oid relid);

/// Raises an ERROR 55000 if columns of the collection are not what they were: its lock keeps other
/// sessions from changing them, but a function that the owner of another table has in a policy runs
/// in this one. To be called between statements on different tables.
void check_unchanged(const Collection& collection);

/// Raises an ERROR 42703 that the collection has no vector of that name, with a HINT that names its
/// vectors. `place` says where in a request the name is, and is null if that is not known.
[[noreturn]] void raise_no_vector(const Collection& collection, std::string_view name,
                                  const char* place);

/// Returns the vector of that name, or null if the collection has none.
const CollectionVector* find_vector(const Collection& collection, std::string_view name);

/// Returns the same. Raises an ERROR 42703 if the collection has none.
const CollectionVector& vector_of_name(const Collection& collection, std::string_view name);

}  // namespace vecext::pg
