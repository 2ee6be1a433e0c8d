// What a request wants of points beside the id: with_payload and with_vectors. Each is true, false,
// a list of paths or names, {"include": […]} or {"exclude": […]}.
#pragma once

#include "pg/collection/common/json_vector.h"
#include "pg/collection/common/payload_edit.h"
#include "pg/collection/common/statement.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "executor/tuptable.h"
}

namespace vecext::pg {

/// Selectors of points of one collection.
struct PointSelector {
  enum class Payload : std::uint8_t { kNone, kAll, kInclude, kExclude };
  const Collection* collection;
  Payload payload;
  PayloadPaths paths;  // kInclude, kExclude
  int vector_count;
  const int* vectors;  // selected; indices into Collection::vectors
  VectorType* types;   // of these
  bool is_bare;        // the only vector, which has no name, stands as an array, not in an object

  bool has_payload() const { return payload != Payload::kNone; }
  bool has_vectors() const { return vector_count > 0; }

  /// The texts of statements depend on these.
  struct Shape {
    bool has_payload;
    bool has_vectors;
  };
  Shape shape() const { return {.has_payload = has_payload(), .has_vectors = has_vectors()}; }
};

/// Reads the two arguments. Without them a request has the payload and no vectors. What the
/// selector refers to is in the current memory context.
PointSelector read_selector(const Collection& collection, Jsonb* with_payload, Jsonb* with_vectors);

/// Returns how many columns append_point_columns() appends.
int point_columns(const PointSelector& selector);

/// Appends those columns to a SELECT list that a request with the selector needs, each with a comma
/// before it: alias.payload, and all vectors.
void append_point_columns(const PointSelector& selector, const char* alias, StatementDraft& draft);

/// The payload and the vectors of a row as JSON, in the current memory context. `first` is the
/// number, from 1, of the first column that append_point_columns() has appended.
void point_output(const PointSelector& selector, TupleTableSlot* row, int first, Datum values[2],
                  bool is_null[2]);

}  // namespace vecext::pg
