// Selectors say what a request wants of points beside the id: `with_payload` and `with_vectors`.
// Each is true, false, a list of paths or names, {"include": […]} or {"exclude": […]}; vectors may
// also be {"binary": […]}, a list of names.
#pragma once

#include "pg/collection/common/json_vector.h"
#include "pg/collection/common/payload_edit.h"
#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "executor/tuptable.h"
#include "fmgr.h"
}

namespace vecext::pg {

/// The selectors of a request to a collection.
struct PointSelector {
  enum class Payload : std::uint8_t { kNone, kAll, kInclude, kExclude };
  const Collection* collection;
  Payload payload;
  PayloadPaths paths;  // valid for kInclude and kExclude
  int vector_count;
  const int* vectors;  // those that are selected, as indices into Collection::vectors
  VectorType* types;   // the types of the selected vectors, in the same order
  FmgrInfo* senders;   // if the vectors are shown in binary, the send functions of their types, in
                       // the same order; null if the vectors are shown as JSON
  bool is_bare;        // the collection's only vector has no name, so it is shown without an object
                       // around it

  bool has_payload() const { return payload != Payload::kNone; }
  bool has_vectors() const { return vector_count > 0; }
  bool is_binary() const { return senders != nullptr; }

  /// The texts of statements depend on these.
  struct Shape {
    bool has_payload;
    bool has_vectors;
  };
  Shape shape() const { return {.has_payload = has_payload(), .has_vectors = has_vectors()}; }
};

/// What the function can show of vectors.
enum class VectorOutput : std::uint8_t { kJson, kJsonOrBinary };

/// Reads the two arguments, which are null if they are not given: then the payload is selected, and
/// no vector. What the selector refers to lives in the current memory context.
PointSelector read_selector(const Collection& collection, Jsonb* with_payload, Jsonb* with_vectors,
                            VectorOutput output = VectorOutput::kJson);

/// Returns how many columns append_point_columns() appends.
int point_columns(const PointSelector& selector);

/// Appends the columns that the selector needs to a SELECT list, each with a comma before it: the
/// payload, and all vectors, of the table with that alias.
void append_point_columns(const PointSelector& selector, const char* alias, StatementDraft& draft);

/// Sets `values` and `is_null` to the payload and the vectors of a row, in the current memory
/// context. The payload is of type jsonb; the vectors are so, too, or, if is_binary(), of type
/// bytea[], with null for a vector that the row lacks. `first` is the number, from 1, of the first
/// column that append_point_columns() has appended.
void point_output(const PointSelector& selector, TupleTableSlot* row, int first, Datum values[2],
                  bool is_null[2]);

}  // namespace vecext::pg
