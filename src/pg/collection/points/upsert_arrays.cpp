// vecext.upsert() of arrays and vecext.upsert_arrays(). The i-th elements of all arrays are a
// point.
#include <algorithm>
#include <span>

#include "pg/collection/common/column_vector.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/strict/strict.h"
#include "pg/collection/points/write_points.h"
#include "pg/registry/vector_type.h"
#include "pg/sys/memory.h"
#include "pg/sys/sort.h"
#include "pg/sys/varlena.h"
#include "pg/type/datum.h"
#include "pg/type/point_id_type.h"

extern "C" {
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"
#include "utils/varbit.h"
PGDLLEXPORT Datum vector_l2_normalize(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum halfvec_l2_normalize(PG_FUNCTION_ARGS);
}

namespace vecext::pg {

namespace {

/// Returns the elements of an array argument, which errors call `name`. Elements of variable size
/// lie in the array.
ArrayElements elements_of(ArrayType* array, const char* name) {
  if (ARR_NDIM(array) > 1) {
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("array of %s must have one dimension", name)));
  }
  return pg::elements_of(array);
}

[[noreturn]] void refuse_position(int sqlstate, const char* message, int position,
                                  const ErrorSubject& subject = {}) {
  ereport(ERROR, (errcode(sqlstate), errmsg_internal("%s", message),
                  errdetail("At element %d of the arrays.", position + 1), about(subject)));
  pg_unreachable();
}

/// Returns the index, in Collection::vectors, of the vector that the array fills. It is the vector
/// of that name or, if the name is null, the only vector, or the unnamed one of several.
int vector_of_arrays(const Collection& collection, const text* name) {
  if (name == nullptr && collection.vector_count == 1) {
    return 0;
  }
  const std::string_view wanted = name == nullptr ? std::string_view{} : view_of(name);
  return static_cast<int>(&vector_of_name(collection, wanted) - collection.vectors);
}

template <class View>
int64 dims_of(Datum value) {
  View view;
  check(view_varlena(plain_varlena(value), &view));
  return view.dim;
}

int64 dims_of(VectorForm form, Datum value) {
  switch (form) {
    case VectorForm::kDense:
      return dims_of<VectorView>(value);
    case VectorForm::kHalf:
      return dims_of<HalfvecView>(value);
    case VectorForm::kSparse:
      return dims_of<SparsevecView>(value);
    case VectorForm::kBit:
      return VARBITLEN(DatumGetVarBitP(value));
  }
  return 0;
}

/// The vectors of one name. Its elements are of the column's type, or of type vector for a column
/// of type halfvec.
struct VectorArray {
  ArrayElements elements;
  VectorForm form;  // of the elements
  VectorType type;  // of the column
  int vector;       // an index into Collection::vectors
};

/// The arguments, whose arrays are of equal length.
struct PointArrays {
  const Collection* collection;
  ArrayElements ids;
  ArrayElements payloads;  // empty if no payloads are given
  std::span<VectorArray> vectors;
};

void check_vector(const Collection& collection, const VectorArray& vectors, int i) {
  const VectorType& type = vectors.type;
  if (vectors.elements.is_null[i]) {
    return;
  }
  const Datum vector = vectors.elements.at[i];
  const int64 dims = dims_of(vectors.form, vector);
  if (type.dims != 0 && !is_same_space(type.dims, dims)) {
    refuse_position(ERRCODE_DATA_EXCEPTION,
                    psprintf("expected %d dimensions, not " INT64_FORMAT, type.dims, dims), i,
                    wrong_dimensions(type.name, type.dims, dims));
  }
  const int64 most = collection.vectors[vectors.vector].most;
  if (type.form == VectorForm::kSparse && most >= 0) {
    SparsevecView view;
    check(view_varlena(plain_varlena(vector), &view));
    if (view.nnz > most) {
      refuse_position(
          ERRCODE_PROGRAM_LIMIT_EXCEEDED,
          psprintf("strict mode allows " INT64_FORMAT " non-zeros in a sparse vector, not %d", most,
                   view.nnz),
          i, {.rule = above("sparse_max_length", view.nnz, most), .part = type.name});
    }
  }
}

/// Returns the sparse vector as one that is read from JSON is: of the two numbers of dimensions
/// that name the open space, it has the smaller one if its indices allow that.
Datum sparse_as_from_json(Datum vector) {
  SparsevecView view;
  check(view_varlena(plain_varlena(vector), &view));
  return is_same_space(view.dim, kMaxSparseDims)
             ? sparse_with_dims(vector, dim_for_index(kMaxSparseDims, view.greatest()))
             : vector;
}

/// Returns the vector of a point as a value of the column's type.
Datum column_value(const Collection& collection, const VectorArray& vectors, int i) {
  Datum vector = vectors.elements.at[i];
  if (vectors.elements.is_null[i]) {
    return vector;
  }
  const CollectionVector& column = collection.vectors[vectors.vector];
  if (vectors.form != vectors.type.form) {
    return vector_for_column(column, vector);
  }
  if (vectors.form == VectorForm::kSparse) {
    vector = sparse_as_from_json(vector);
  }
  if (column.is_normalized) {
    vector = DirectFunctionCall1(
        vectors.form == VectorForm::kHalf ? halfvec_l2_normalize : vector_l2_normalize, vector);
  }
  // A single vector is a multi-vector of one.
  return column.is_multi ? array_datum(vectors.type.element, {&vector, 1}) : vector;
}

void check_point(const PointArrays& arrays, int i) {
  if (arrays.ids.is_null[i]) {
    refuse_position(ERRCODE_NULL_VALUE_NOT_ALLOWED, "id must not be null", i);
  }
  for (const VectorArray& vectors : arrays.vectors) {
    check_vector(*arrays.collection, vectors, i);
  }
  if (arrays.payloads.count > 0 && !arrays.payloads.is_null[i] &&
      !JB_ROOT_IS_OBJECT(DatumGetJsonbP(arrays.payloads.at[i]))) {
    refuse_position(ERRCODE_INVALID_PARAMETER_VALUE, "payload must be an object", i);
  }
}

/// Returns the positions of the points in the order of compare_ids(), or null if the points are in
/// that order already and each id is given once.
int* order_of(const PointArrays& arrays) {
  const Oid type = arrays.collection->id_type;
  const Datum* ids = arrays.ids.at;
  const int count = arrays.ids.count;
  int first = 1;
  while (first < count && compare_ids(type, ids[first - 1], ids[first]) < 0) {
    ++first;
  }
  if (first >= count) {
    return nullptr;
  }
  auto* order = palloc_array<int>(count);
  for (int i = 0; i < count; ++i) {
    order[i] = i;
  }
  interruptible_sort(order, count, [=](int a, int b) {
    const int by_id = compare_ids(type, ids[a], ids[b]);
    return by_id != 0 ? by_id < 0 : a < b;
  });
  return order;
}

void fill_rows(const PointArrays& arrays, PointRows* rows) {
  const Collection& collection = *arrays.collection;
  const int columns = rows->columns();
  auto* values = palloc0_array<Datum>(columns);
  auto* is_null = palloc_array<bool>(columns);
  std::fill_n(is_null, columns, true);
  is_null[0] = false;
  const Datum no_payload = DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"));
  const int* order = order_of(arrays);
  for (int k = 0; k < arrays.ids.count; ++k) {
    CHECK_FOR_INTERRUPTS();
    const int i = order == nullptr ? k : order[k];
    if (order != nullptr && k + 1 < arrays.ids.count &&
        compare_ids(collection.id_type, arrays.ids.at[i], arrays.ids.at[order[k + 1]]) == 0) {
      continue;
    }
    values[0] = arrays.ids.at[i];
    for (const VectorArray& vectors : arrays.vectors) {
      values[1 + vectors.vector] = column_value(collection, vectors, i);
      is_null[1 + vectors.vector] = vectors.elements.is_null[i];
    }
    if (rows->has_payload) {
      const bool has_payload = arrays.payloads.count > 0 && !arrays.payloads.is_null[i];
      values[columns - 1] = has_payload ? arrays.payloads.at[i] : no_payload;
      is_null[columns - 1] = false;
    }
    add_point_row(rows, values, is_null);
  }
}

void check_element_type(ArrayType* array, Oid expected, const char* name) {
  if (ARR_ELEMTYPE(array) != expected) {
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("array of %s must be of type %s[], not %s[]", name,
                           format_type_be(expected), format_type_be(ARR_ELEMTYPE(array)))));
  }
}

int integer_bytes(Oid type) {
  return type == INT2OID ? 2 : type == INT4OID ? 4 : type == INT8OID ? 8 : 0;
}

int64 integer_of(Oid type, Datum value) {
  return type == INT2OID   ? DatumGetInt16(value)
         : type == INT4OID ? DatumGetInt32(value)
                           : DatumGetInt64(value);
}

/// Returns the number, UUID or text as an id of type vecext.point_id.
PointId as_point_id(Oid given, Datum value, int position) {
  if (given == UUIDOID) {
    return point_id_of_uuid(DatumGetUUIDP(value)->data);
  }
  PointId id;
  if (integer_bytes(given) == 0) {
    check(parse_point_id(TextDatumGetCString(value), &id));
    return id;
  }
  const int64 number = integer_of(given, value);
  if (number < 0) {
    refuse_position(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "id must not be negative", position);
  }
  return point_id_of_number(static_cast<uint64>(number));
}

void convert_to_point_ids(Oid given, ArrayElements* ids) {
  auto* converted = palloc_array<PointId>(ids->count);
  for (int i = 0; i < ids->count; ++i) {
    if (!ids->is_null[i]) {
      converted[i] = as_point_id(given, ids->at[i], i);
      ids->at[i] = PointerGetDatum(&converted[i]);
    }
  }
}

bool is_text(Oid type) {
  return type == TEXTOID || type == VARCHAROID;
}

/// Raises an ERROR unless the array has ids. It may have texts for ids of any type, integers of any
/// size for ids that are integers, and any of these and uuid for ids of type vecext.point_id.
void check_id_type(ArrayType* ids, Oid type) {
  const Oid given = ARR_ELEMTYPE(ids);
  if (is_text(given) || (is_point_id(type) && (given == UUIDOID || integer_bytes(given) != 0))) {
    return;
  }
  if (integer_bytes(given) == 0 || integer_bytes(type) == 0) {
    check_element_type(ids, type, "ids");
  }
}

void convert_texts(Oid type, ArrayElements* ids) {
  const JsonPlace all = JsonPlace::argument("ids");
  for (int i = 0; i < ids->count; ++i) {
    if (!ids->is_null[i]) {
      ids->at[i] = id_from_text(type, view_of(DatumGetTextPP(ids->at[i])), all.at(i));
    }
  }
}

void convert_ids(Oid given, Oid type, ArrayElements* ids) {
  if (given == type) {
    return;
  }
  if (is_point_id(type)) {
    return convert_to_point_ids(given, ids);
  }
  if (is_text(given)) {
    return convert_texts(type, ids);
  }
  for (int i = 0; i < ids->count; ++i) {
    if (ids->is_null[i]) {
      continue;
    }
    const int64 value = integer_of(given, ids->at[i]);
    if (type == INT4OID && (value < PG_INT32_MIN || value > PG_INT32_MAX)) {
      refuse_position(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "id is out of range for type integer", i);
    }
    ids->at[i] = type == INT4OID ? Int32GetDatum(static_cast<int32>(value)) : Int64GetDatum(value);
  }
}

/// Returns the array as the vectors of that index into Collection::vectors.
VectorArray read_vector_array(const Collection& collection, int vector, ArrayType* array) {
  VectorArray vectors{.elements = elements_of(array, "vectors"),
                      .form = {},
                      .type = vector_type(collection.vectors[vector]),
                      .vector = vector};
  vectors.form = vectors.type.form;
  if (vectors.form == VectorForm::kHalf &&
      vector_kind_of(ARR_ELEMTYPE(array)) == VectorKind::kVector) {
    vectors.form = VectorForm::kDense;
    return vectors;
  }
  check_element_type(array, vectors.type.element, "vectors");
  return vectors;
}

/// Reads the arrays of ids and payloads, and checks that all arrays go together.
PointArrays read_arrays(const Collection& collection, ArrayType* ids, ArrayType* payloads,
                        std::span<VectorArray> vectors) {
  PointArrays arrays{.collection = &collection, .ids = {}, .payloads = {}, .vectors = vectors};
  check_id_type(ids, collection.id_type);
  arrays.ids = elements_of(ids, "ids");
  convert_ids(ARR_ELEMTYPE(ids), collection.id_type, &arrays.ids);
  if (payloads != nullptr) {
    if (collection.payload == InvalidAttrNumber) {
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("collection \"%s\" has no payload", collection.name)));
    }
    arrays.payloads = elements_of(payloads, "payloads");
  }
  const int count = arrays.ids.count;
  bool is_even = payloads == nullptr || arrays.payloads.count == count;
  for (const VectorArray& array : vectors) {
    is_even = is_even && array.elements.count == count;
  }
  if (!is_even) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("arrays of ids, vectors and payloads must be of the same length")));
  }
  check_batch(collection, count);
  for (int i = 0; i < count; ++i) {
    check_point(arrays, i);
  }
  return arrays;
}

ArrayType* array_argument(FunctionCallInfo fcinfo, int n) {
  return PG_ARGISNULL(n) ? nullptr : PG_GETARG_ARRAYTYPE_P(n);
}

Datum write_arrays(const PointArrays& arrays, const WriteRule& rule) {
  PointRows rows = new_point_rows(*arrays.collection, true);
  fill_rows(arrays, &rows);
  return Int64GetDatum(static_cast<int64>(write_points(&rows, rule)));
}

/// Returns the arrays in the arguments from `first` on, each as the vectors of the name at its
/// place in `names`.
std::span<VectorArray> named_vectors(FunctionCallInfo fcinfo, const Collection& collection,
                                     ArrayType* names, int first) {
  if (get_fn_expr_variadic(fcinfo->flinfo)) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("arrays of vectors must be arguments of their own, without VARIADIC")));
  }
  const ArrayElements all = elements_of(names, "vector_names");
  if (all.count != fcinfo->nargs - first) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("expected %d arrays of vectors, one for each name, not %d", all.count,
                           fcinfo->nargs - first)));
  }
  auto* vectors = palloc_array<VectorArray>(all.count);
  for (int i = 0; i < all.count; ++i) {
    if (all.is_null[i] || PG_ARGISNULL(first + i)) {
      ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                      errmsg("names and arrays of vectors must not be null")));
    }
    const Oid type = get_fn_expr_argtype(fcinfo->flinfo, first + i);
    if (!type_is_array(type)) {
      ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                      errmsg("vectors must be an array, not %s", format_type_be(type))));
    }
    const int vector =
        static_cast<int>(&vector_of_name(collection, view_of(all.at[i])) - collection.vectors);
    vectors[i] = read_vector_array(collection, vector, PG_GETARG_ARRAYTYPE_P(first + i));
    for (int k = 0; k < i; ++k) {
      if (vectors[k].vector == vector) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("vector \"%s\" is given twice", collection.vectors[vector].name)));
      }
    }
  }
  return {vectors, static_cast<std::size_t>(all.count)};
}

}  // namespace

// The function is (c text, ids anyarray, vectors anycompatiblearray, payloads jsonb[],
// vector_name text, mode text, condition jsonb).
VECEXT_FUNCTION(vecext_upsert_array)
{
  refuse_null(fcinfo, 1, "ids");
  refuse_null(fcinfo, 2, "vectors");
  const WriteRule rule = write_rule_argument(fcinfo, 5, 6);
  const Collection* collection = begin_call_on_collection(fcinfo, 0, CallKind::kUpsert);
  const int vector =
      vector_of_arrays(*collection, PG_ARGISNULL(4) ? nullptr : PG_GETARG_TEXT_PP(4));
  VectorArray vectors = read_vector_array(*collection, vector, PG_GETARG_ARRAYTYPE_P(2));
  return write_arrays(
      read_arrays(*collection, PG_GETARG_ARRAYTYPE_P(1), array_argument(fcinfo, 3), {&vectors, 1}),
      rule);
}

// The function is (c text, ids anyarray, payloads jsonb[], mode text, condition jsonb,
// vector_names text[], VARIADIC vectors "any").
VECEXT_FUNCTION(vecext_upsert_arrays)
{
  refuse_null(fcinfo, 1, "ids");
  refuse_null(fcinfo, 5, "vector_names");
  const WriteRule rule = write_rule_argument(fcinfo, 3, 4);
  const Collection* collection = begin_call_on_collection(fcinfo, 0, CallKind::kUpsert);
  const std::span<VectorArray> vectors =
      named_vectors(fcinfo, *collection, PG_GETARG_ARRAYTYPE_P(5), 6);
  return write_arrays(
      read_arrays(*collection, PG_GETARG_ARRAYTYPE_P(1), array_argument(fcinfo, 2), vectors), rule);
}

}  // namespace vecext::pg
