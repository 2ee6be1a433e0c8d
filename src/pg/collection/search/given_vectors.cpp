#include "pg/collection/search/given_vectors.h"

#include "pg/collection/common/column_vector.h"
#include "pg/registry/vector_type.h"
#include "pg/sys/memory.h"
#include "pg/type/datum.h"

namespace vecext::pg {

namespace {

constexpr const char* kDense = "$dense";
constexpr const char* kSparse = "$sparse";

/// Returns the element of an array that `place` is the number of, from 0. `name` is the argument
/// with the array.
Datum element_at(const ArrayElements& elements, const Json& place, const char* name) {
  const int64 index = integer_of(place, 0, PG_INT32_MAX);
  if (index >= elements.count) {
    refuse(place, psprintf("%s has no vector " INT64_FORMAT, name, index));
  }
  if (elements.is_null[index]) {
    refuse(place.place, ERRCODE_NULL_VALUE_NOT_ALLOWED,
           psprintf("vector " INT64_FORMAT " of %s is null", index, name));
  }
  return elements.at[index];
}

/// Returns a sparse vector with the dimensions of the column, as the driver that has made it need
/// not know them.
Datum sparse_for_column(const CollectionVector& column, Datum vector, const Json& json) {
  SparsevecView view;
  check(view_varlena(plain_varlena(vector), &view));
  const int64 dims = column.typmod > 0 ? dim_for_index(column.typmod, view.greatest()) : view.dim;
  if (view.greatest() >= dims) {
    refuse(json.place, ERRCODE_DATA_EXCEPTION,
           psprintf("index must be less than the " INT64_FORMAT " dimensions", dims));
  }
  return sparse_with_dims(vector, dims);
}

Datum multi_vector_at(const CollectionVector& column, const GivenVectors& given,
                      const Json& places) {
  const int count = element_count(places);
  if (count == 0) {
    refuse(places.place, ERRCODE_DATA_EXCEPTION, "multi-vector must have at least 1 vector");
  }
  const CollectionVector single = single_vector_column(column);
  auto* vectors = palloc_array<Datum>(count);
  for (int i = 0; i < count; ++i) {
    vectors[i] = vector_for_column(single, element_at(given.dense, *element(places, i), "dense"));
  }
  return array_datum(single.type, {vectors, static_cast<Size>(count)});
}

}  // namespace

bool is_given(const Json& json) {
  return is_object(json) && (member(json, kDense) != nullptr || member(json, kSparse) != nullptr);
}

Datum given_vector(const CollectionVector& column, const GivenVectors& given, const Json& json) {
  if (const Json* place = member(json, kSparse); place != nullptr) {
    check_members(json, {kSparse});
    if (!is_sparsevec(column.type)) {
      refuse(json, psprintf("vector \"%s\" is not sparse", column.name));
    }
    return sparse_for_column(column, element_at(given.sparse, *place, "sparse"), json);
  }
  check_members(json, {kDense});
  const Json& place = required(json, kDense);
  if (column.is_multi && is_array(place)) {
    return multi_vector_at(column, given, place);
  }
  return vector_for_column(column, element_at(given.dense, place, "dense"));
}

Datum given_dense(const GivenVectors& given, const Json& json) {
  return element_at(given.dense, required(json, kDense), "dense");
}

}  // namespace vecext::pg
