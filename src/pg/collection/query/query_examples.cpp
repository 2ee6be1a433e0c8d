#include "pg/collection/query/query_examples.h"

#include <algorithm>
#include <cmath>

#include "pg/collection/common/point_id.h"
#include "pg/collection/common/column_vector.h"
#include "pg/collection/common/json_vector.h"
#include "pg/collection/search/idf_modifier.h"
#include "pg/collection/query/score_points.h"
#include "pg/registry/vector_type.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"
#include "pg/type/datum.h"

extern "C" {
#include "utils/builtins.h"
}

namespace vecext::pg {

namespace {

/// Returns the place of an id among `count` sorted ids, or -1 if it is not among them.
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
  const Collection& collection = *query.examples.collection;
  const char* id = TextDatumGetCString(id_as_text(collection.id_type, example.id));
  refuse(example.json->place, ERRCODE_NO_DATA_FOUND,
         psprintf("collection \"%s\" has no point %s with that vector", collection.name, id),
         {.rule = psprintf("point %s", id), .collection = collection.name});
}

/// Converts the vector of an example's point to the type of the searched column.
Datum as_searched(const Query& query, Datum vector) {
  if (query.examples.column->type == query.column->type &&
      (query.examples.column->typmod == query.column->typmod || is_sparsevec(query.column->type))) {
    return vector;
  }
  const DenseFloats floats = floats_of(*query.examples.column, vector);
  return vector_for_column(*query.column, vector_of_floats(floats.x, floats.dim));
}

}  // namespace

ExampleLists examples_of(const Query& query) {
  if (const auto* nearest = ranking_as<Nearest>(query)) {
    return {.target = nearest->target, .positive = {}, .negative = {}, .others = {}};
  }
  if (const auto* recommend = ranking_as<Recommend>(query)) {
    return {.target = nullptr,
            .positive = recommend->positive,
            .negative = recommend->negative,
            .others = {}};
  }
  const auto with_pairs = [](Example* target, const ExamplePairs& pairs, Examples others) {
    return ExampleLists{.target = target,
                        .positive = {pairs.positive, pairs.count},
                        .negative = {pairs.negative, pairs.count},
                        .others = others};
  };
  if (const auto* discover = ranking_as<Discover>(query)) {
    return with_pairs(discover->target, discover->pairs, {});
  }
  if (const auto* context = ranking_as<Context>(query)) {
    return with_pairs(nullptr, context->pairs, {});
  }
  if (const auto* feedback = ranking_as<Feedback>(query)) {
    return with_pairs(feedback->target, feedback->pairs, feedback->examples);
  }
  return {};
}

namespace {

/// Calls visit(Example*) for each example.
template <class Visit>
void each_example(const Query& query, Visit visit) {
  const ExampleLists lists = examples_of(query);
  const Examples target{lists.target, lists.target == nullptr ? 0 : 1};
  for (const Examples& list : {target, lists.positive, lists.negative, lists.others}) {
    for (int i = 0; i < list.count; ++i) {
      visit(&list.at[i]);
    }
  }
}

/// Calls visit(Example*) for each example that is an id.
template <class Visit>
void each_id(const Query& query, Visit visit) {
  each_example(query, [&](Example* example) {
    if (example->is_id) {
      visit(example);
    }
  });
}

/// Multiplies the weights of examples as the column's modifier asks for.
void weight_examples(const Query& query) {
  if (query.column == nullptr || !query.column->has_idf) {
    return;
  }
  each_example(query, [&](Example* example) {
    if (!example->is_weighted) {
      example->vector = weighted_by_idf(*query.source.collection, *query.column, example->vector);
      example->is_weighted = true;
    }
  });
}

/// Reads the vectors of examples that are ids.
void read_examples(Query* query) {
  GrowingArray<Datum> ids{};
  each_id(*query, [&](const Example* example) { ids.push(example->id, CurrentMemoryContext); });
  if (ids.count == 0) {
    return;
  }
  const Collection& collection = *query->examples.collection;
  check_unchanged(collection);
  const PointVectors points = vectors_of_points(
      source_of_points(collection, id_array(collection.id_type, ids.at, ids.count)),
      *query->examples.column);
  each_id(*query, [&](Example* example) {
    const int64 place = find_id(collection.id_type, points.ids, points.count, example->id);
    if (place < 0) {
      raise_missing(*query, *example);
    }
    example->vector = as_searched(*query, points.vectors[place]);
    example->is_weighted = false;
  });
  if (collection.relid == query->source.collection->relid) {
    query->source.excluded = ids.at;
    query->source.excluded_count = static_cast<int>(ids.count);
  }
}

}  // namespace

void resolve_examples(Query* query) {
  read_examples(query);
  weight_examples(*query);
}

namespace {

/// Calls add(example, factor) for each example. The factors make the sum twice the mean of the
/// positive examples less the mean of the negative ones, or the mean of the positive ones if there
/// are no others.
template <class Add>
void each_example(const Recommend& recommend, Add add) {
  const double positive = recommend.negative.count > 0 ? 2 : 1;
  for (int i = 0; i < recommend.positive.count; ++i) {
    add(recommend.positive.at[i], positive / recommend.positive.count);
  }
  for (int i = 0; i < recommend.negative.count; ++i) {
    add(recommend.negative.at[i], -1.0 / recommend.negative.count);
  }
}

/// Returns the factor of an example's elements. With the cosine distance, examples count by their
/// directions alone, so it is divided by the length.
double scaled(const Query& query, double factor, const float* x, int32 count) {
  if (query.column->distance != CollectionDistance::kCosine) {
    return factor;
  }
  double squares = 0;
  for (int32 i = 0; i < count; ++i) {
    squares += static_cast<double>(x[i]) * x[i];
  }
  return factor / (squares > 0 ? std::sqrt(squares) : 1);
}

float checked_mean(double sum) {
  const auto mean = static_cast<float>(sum);
  if (!std::isfinite(mean)) {
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("the mean of the examples is out of range")));
  }
  return mean;
}

void check_dim(const Example& example, int64 dim, int64 expected) {
  if (!is_same_space(dim, expected)) {
    refuse(*example.json, "examples differ in their dimensions");
  }
}

/// Returns the numbers of an example. If the column has integers, those of a vector in the request
/// are as they are given: only their mean becomes integers, as in Qdrant.
DenseFloats floats_of_example(const Query& query, const Example& example) {
  if (!query.column->is_uint8 || example.is_id) {
    return floats_of(*query.column, example.vector);
  }
  VectorType type = vector_type(*query.column);
  type.form = VectorForm::kDense;
  type.is_uint8 = false;
  VectorView view;
  check(view_varlena(
      plain_varlena(is_given(*example.json)
                        ? given_dense(query.given, *example.json)
                        : vector_from_json(type, example.json->value, example.json->place)),
      &view));
  auto* x = palloc_array<float>(view.dim);
  memcpy(x, view.x, sizeof(float) * static_cast<Size>(view.dim));
  return {x, view.dim};
}

Datum dense_average(const Query& query, const Recommend& recommend) {
  const int32 dim = floats_of_example(query, recommend.positive.at[0]).dim;
  auto* sum = palloc0_array<double>(dim);
  each_example(recommend, [&](const Example& example, double factor) {
    const DenseFloats floats = floats_of_example(query, example);
    check_dim(example, floats.dim, dim);
    const double scale = scaled(query, factor, floats.x, dim);
    for (int32 d = 0; d < dim; ++d) {
      sum[d] += scale * floats.x[d];
    }
  });
  auto* x = palloc_array<float>(dim);
  for (int32 d = 0; d < dim; ++d) {
    x[d] = checked_mean(sum[d]);
  }
  return vector_for_column(*query.column, vector_of_floats(x, dim));
}

struct SparseTerm {
  uint32 index;
  double value;
};

/// Adds up the terms of each index, in place. Returns the number of sums, which are in the order of
/// indices; sums that are 0 are left out.
int64 add_up(SparseTerm* terms, int64 count) {
  std::sort(terms, terms + count,
            [](const SparseTerm& a, const SparseTerm& b) { return a.index < b.index; });
  int64 kept = 0;
  for (int64 i = 0; i < count;) {
    SparseTerm sum{.index = terms[i].index, .value = 0};
    for (; i < count && terms[i].index == sum.index; ++i) {
      sum.value += terms[i].value;
    }
    if (checked_mean(sum.value) != 0) {
      terms[kept++] = sum;
    }
  }
  return kept;
}

/// Returns the average of sparse vectors. They have too many dimensions to be made dense for it.
Datum sparse_average(const Query& query, const Recommend& recommend) {
  GrowingArray<SparseTerm> terms{};
  int64 dim = 0;
  each_example(recommend, [&](const Example& example, double factor) {
    SparsevecView view;
    check(view_varlena(plain_varlena(example.vector), &view));
    check_dim(example, view.dim, dim == 0 ? view.dim : dim);
    dim = Max(dim, view.dim);
    const double scale = scaled(query, factor, view.values, view.nnz);
    for (int32 i = 0; i < view.nnz; ++i) {
      terms.push({.index = view.indices[i], .value = scale * view.values[i]}, CurrentMemoryContext);
    }
  });
  const int64 count = add_up(terms.at, terms.count);
  if (count > kMaxNonZeros) {
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("the mean of the examples has more than %d non-zero elements", kMaxNonZeros)));
  }
  const NewSparsevec mean(dim, static_cast<int32>(count));
  for (int64 i = 0; i < count; ++i) {
    mean.indices[i] = terms.at[i].index;
    mean.values[i] = static_cast<float>(terms.at[i].value);
  }
  return mean.datum();
}

Datum negative_of(const CollectionVector& column, Datum vector) {
  const DenseFloats floats = floats_of(column, vector);
  for (int32 i = 0; i < floats.dim; ++i) {
    floats.x[i] = -floats.x[i];
  }
  return vector_for_column(column, vector_of_floats(floats.x, floats.dim));
}

/// Returns what stands for the average of multi-vectors, as in Qdrant: all vectors of the positive
/// examples, and the negatives of those of the negative examples.
Datum united_vectors(const Query& query, const Recommend& recommend) {
  const CollectionVector column = single_vector_column(*query.column);
  GrowingArray<Datum> all{};
  const auto add = [&](const Examples& examples, bool is_positive) {
    for (int i = 0; i < examples.count; ++i) {
      const ArrayElements vectors = elements_of(DatumGetArrayTypeP(examples.at[i].vector));
      for (int k = 0; k < vectors.count; ++k) {
        if (!vectors.is_null[k]) {
          all.push(is_positive ? vectors.at[k] : negative_of(column, vectors.at[k]),
                   CurrentMemoryContext);
        }
      }
    }
  };
  add(recommend.positive, true);
  add(recommend.negative, false);
  return array_datum(column.type, {all.at, static_cast<Size>(all.count)});
}

}  // namespace

Datum average_vector(const Query& query, const Recommend& recommend) {
  if (query.column->is_multi) {
    return united_vectors(query, recommend);
  }
  return is_sparsevec(query.column->type) ? sparse_average(query, recommend)
                                          : dense_average(query, recommend);
}

}  // namespace vecext::pg
