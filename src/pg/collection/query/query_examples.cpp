#include "pg/collection/query/query_examples.h"

#include <cmath>

#include "pg/collection/common/point_id.h"
#include "pg/collection/common/query_vector.h"
#include "pg/collection/query/score_points.h"

extern "C" {
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

constexpr int kLists = 4;

struct ExampleLists {
  Example* at[kLists];
  int count[kLists];
};

ExampleLists all_examples(Query* query) {
  return {{&query->target, query->positive.at, query->negative.at, query->feedback.at},
          {query->target.json == nullptr ? 0 : 1, query->positive.count, query->negative.count,
           query->feedback.count}};
}

/// The place of an id among `count` in order; -1 if it is not there.
int64 find_id(Oid type, const Datum* ids, int64 count, Datum id) {
  int64 low = 0;
  int64 high = count;
  while (low < high) {
    const int64 middle = (low + high) / 2;
    const int order = compare_ids(type, ids[middle], id);
    if (order == 0) {
      return middle;
    }
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return -1;
}

[[noreturn]] void raise_missing(const Query& query, const Example& example) {
  const Datum id = id_as_text(query.example_collection->id_type, example.id);
  refuse(example.json->place, ERRCODE_NO_DATA_FOUND,
         psprintf("collection \"%s\" has no point %s with that vector",
                  query.example_collection->name, TextDatumGetCString(id)));
}

/// The vector of a point as one of the column that is searched.
Datum as_searched(const Query& query, Datum vector) {
  if (query.example_column->type == query.column->type &&
      query.example_column->typmod == query.column->typmod) {
    return vector;
  }
  const DenseFloats floats = floats_of(*query.example_column, vector);
  return vector_for_column(*query.column, vector_of_floats(floats.x, floats.dim));
}

}  // namespace

void resolve_examples(Query* query) {
  const ExampleLists lists = all_examples(query);
  GrowingArray<Datum> ids{};
  for (int list = 0; list < kLists; ++list) {
    for (int i = 0; i < lists.count[list]; ++i) {
      if (lists.at[list][i].is_id) {
        ids.push(lists.at[list][i].id, CurrentMemoryContext);
      }
    }
  }
  if (ids.count == 0) {
    return;
  }
  const Collection& collection = *query->example_collection;
  check_unchanged(collection);
  PointSource source{};
  source.collection = &collection;
  source.has_ids = true;
  source.ids = id_array(collection, ids.at, ids.count);
  const PointVectors points = vectors_of_points(source, *query->example_column);
  for (int list = 0; list < kLists; ++list) {
    for (int i = 0; i < lists.count[list]; ++i) {
      Example& example = lists.at[list][i];
      if (!example.is_id) {
        continue;
      }
      const int64 place = find_id(collection.id_type, points.ids, points.count, example.id);
      if (place < 0) {
        raise_missing(*query, example);
      }
      example.vector = as_searched(*query, points.vectors[place]);
    }
  }
  if (collection.relid == query->source.collection->relid) {
    query->source.excluded = ids.at;
    query->source.excluded_count = static_cast<int>(ids.count);
  }
}

namespace {

/// Adds the mean of the examples, `factor` times. With cosine they count by direction alone.
void add_mean(const Query& query, const Examples& examples, double factor, double* sum, int32 dim) {
  for (int i = 0; i < examples.count; ++i) {
    const DenseFloats floats = floats_of(*query.column, examples.at[i].vector);
    if (floats.dim != dim) {
      refuse(*examples.at[i].json, "examples differ in their dimensions");
    }
    double scale = factor / examples.count;
    if (query.column->distance == CollectionDistance::kCosine) {
      double squares = 0;
      for (int32 d = 0; d < dim; ++d) {
        squares += static_cast<double>(floats.x[d]) * floats.x[d];
      }
      scale /= squares > 0 ? std::sqrt(squares) : 1;
    }
    for (int32 d = 0; d < dim; ++d) {
      sum[d] += scale * floats.x[d];
    }
  }
}

}  // namespace

Datum average_vector(const Query& query) {
  if (query.column->is_multi) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("average_vector is not for a vector \"%s\" that is several a point",
                           query.column->name),
                    errhint("Use best_score or sum_scores.")));
  }
  const int32 dim = floats_of(*query.column, query.positive.at[0].vector).dim;
  auto* sum = static_cast<double*>(palloc0(sizeof(double) * static_cast<Size>(dim)));
  const bool has_negative = query.negative.count > 0;
  add_mean(query, query.positive, has_negative ? 2 : 1, sum, dim);
  if (has_negative) {
    add_mean(query, query.negative, -1, sum, dim);
  }
  auto* x = static_cast<float*>(palloc(sizeof(float) * static_cast<Size>(dim)));
  for (int32 d = 0; d < dim; ++d) {
    x[d] = static_cast<float>(sum[d]);
    if (!std::isfinite(x[d])) {
      ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                      errmsg("the mean of the examples is out of range")));
    }
  }
  return vector_for_column(*query.column, vector_of_floats(x, dim));
}

}  // namespace vecext::pg
