#include "pg/collection/common/json_vector.h"

#include <cmath>

#include "core/value/arithmetic.h"
#include "core/value/check.h"
#include "core/value/convert.h"
#include "core/value/parse.h"
#include "pg/payload/numeric_value.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"
#include "pg/type/datum.h"
#include "pg/type/functions.h"
#include "pg/type/uint8.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/varbit.h"
}

namespace vecext::pg {

namespace {

const char* name_of(VectorForm form) {
  switch (form) {
    case VectorForm::kDense:
      return DenseType<float>::kName;
    case VectorForm::kHalf:
      return DenseType<Half>::kName;
    case VectorForm::kSparse:
      return kSparsevecName;
    case VectorForm::kBit:
      return "bit";
  }
  return "";
}

VectorForm form_of(Oid type) {
  if (type == BITOID || type == VARBITOID) {
    return VectorForm::kBit;
  }
  Oid input;
  Oid parameter;
  getTypeInputInfo(type, &input, &parameter);
  FmgrInfo function;
  fmgr_info(input, &function);
  if (function.fn_addr == halfvec_in) {
    return VectorForm::kHalf;
  }
  return function.fn_addr == sparsevec_in ? VectorForm::kSparse : VectorForm::kDense;
}

void check_expected_dims(const VectorType& type, std::int64_t dims, const JsonPlace& place) {
  if (type.dims != 0 && dims != type.dims) {
    refuse(place, ERRCODE_DATA_EXCEPTION,
           psprintf("expected %d dimensions, not " INT64_FORMAT, type.dims, dims),
           wrong_dimensions(type.name, type.dims, dims));
  }
}

void check_dims(const VectorType& type, std::int64_t dims, const JsonPlace& place) {
  check_expected_dims(type, dims, place);
  const std::int32_t most = type.form == VectorForm::kSparse ? kMaxSparseDims : kMaxDims;
  if (dims < 1) {
    refuse(place, ERRCODE_DATA_EXCEPTION,
           psprintf("%s must have at least 1 dimension", name_of(type.form)));
  }
  if (dims > most) {
    refuse(place, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
           psprintf("%s cannot have more than %d dimensions", name_of(type.form), most));
  }
}

/// Checks the bound of strict mode that is named `rule`.
void check_most(const VectorType& type, std::int64_t count, const char* rule, const char* what,
                const JsonPlace& place) {
  if (type.most >= 0 && count > type.most) {
    refuse(place, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
           psprintf("strict mode allows " INT64_FORMAT " %s, not " INT64_FORMAT, type.most, what,
                    count),
           {.rule = above(rule, count, type.most), .part = type.name});
  }
}

/// Calls read(i, JsonValue) for each number of an array, which is read in place. Raises an ERROR if
/// an element is not a number.
template <class Read>
void each_number(const JsonbValue& array, const JsonPlace& place, Read read) {
  const JsonbContainer* container = array.val.binary.data;
  const int count = static_cast<int>(JsonContainerSize(container));
  const JEntry* entries = container->children;
  const char* base = reinterpret_cast<const char*>(entries + count);
  uint32 offset = 0;
  for (int i = 0; i < count; ++i) {
    const JEntry entry = entries[i];
    if (!JBE_ISNUMERIC(entry)) {
      refuse(place.at(static_cast<std::int64_t>(i)), "element of a vector must be a number");
    }
    read(i, numeric_value(base + INTALIGN(offset)));
    JBE_ADVANCE_OFFSET(offset, entry);
  }
}

[[noreturn]] void refuse_number(const VectorType& type, const JsonPlace& place) {
  refuse(place, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
         psprintf("number is out of range for type %s", name_of(type.form)));
}

/// Reads all numbers of an array into `out`, as floats.
void read_floats(const VectorType& type, const JsonbValue& array, const JsonPlace& place,
                 float* out) {
  each_number(array, place, [&](int i, const JsonValue& value) {
    out[i] = static_cast<float>(value.number);
    if (!std::isfinite(out[i])) {
      refuse_number(type, place.at(static_cast<std::int64_t>(i)));
    }
    if (type.is_uint8) {
      out[i] = uint8_of_float(out[i]);
    }
  });
  if (type.is_normalized) {
    check(normalize(VectorView{out, static_cast<std::int32_t>(size_of(array))}, out));
  }
}

float* new_floats(std::int64_t n) {
  return palloc_array<float>(Max(n, 1));
}

Datum dense_from_json(const VectorType& type, const JsonbValue& value, const JsonPlace& place) {
  if (!is_array(value)) {
    refuse(place, "vector must be an array of numbers");
  }
  const std::int64_t dims = size_of(value);
  check_dims(type, dims, place);
  const auto count = static_cast<std::int32_t>(dims);
  if (type.form == VectorForm::kDense) {
    const NewDense<float> result(count);
    read_floats(type, value, place, result.x);
    return result.datum();
  }
  float* x = new_floats(dims);
  read_floats(type, value, place, x);
  const NewDense<Half> result(count);
  if (!to_half(x, result.x, count).ok()) {
    refuse_number(type, place);
  }
  pfree(x);
  return result.datum();
}

/// Sets `indices` and `values` to the arrays of a sparse vector. Raises an ERROR unless it has
/// both, of equal length.
void sparse_members(const JsonbValue& value, const JsonPlace& place, JsonbValue* indices,
                    JsonbValue* values) {
  if (!is_object(value)) {
    refuse(place, "sparse vector must be an object with indices and values");
  }
  bool has_indices = false;
  bool has_values = false;
  each_member(value, [&](std::string_view key, const JsonbValue& member) {
    const bool is_indices = key == "indices";
    if (!is_indices && key != "values") {
      refuse_key(place, key, {"indices", "values"});
    }
    if (!is_array(member)) {
      refuse(place.at(key), "indices and values must be arrays of numbers");
    }
    *(is_indices ? indices : values) = member;
    (is_indices ? has_indices : has_values) = true;
  });
  if (!has_indices || !has_values) {
    refuse(place, "sparse vector must be an object with indices and values");
  }
  if (size_of(*indices) != size_of(*values)) {
    refuse(place, "indices and values must be of the same length");
  }
}

Datum sparse_from_json(const VectorType& type, const JsonbValue& value, const JsonPlace& place) {
  JsonbValue indices;
  JsonbValue values;
  sparse_members(value, place, &indices, &values);
  const std::int64_t count = size_of(values);
  if (count > kMaxNonZeros) {
    refuse(place, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
           psprintf("sparsevec cannot have more than %d non-zero elements", kMaxNonZeros));
  }
  check_most(type, count, "sparse_max_length", "non-zeros in a sparse vector", place);
  const std::int64_t dims = type.dims != 0 ? type.dims : kMaxSparseDims;
  const std::int64_t bound = index_bound(dims);
  auto* elements = palloc_array<SparseElement>(Max(count, 1));
  const JsonPlace of_indices = place.at("indices");
  each_number(indices, of_indices, [&](int i, const JsonValue& index) {
    if (!index.is_integer || index.integer < 0) {
      refuse(of_indices.at(static_cast<std::int64_t>(i)), "index must be an integer from 0");
    }
    if (index.integer >= bound) {
      refuse(of_indices.at(static_cast<std::int64_t>(i)), ERRCODE_DATA_EXCEPTION,
             psprintf("index must be less than the " INT64_FORMAT " dimensions", bound));
    }
    elements[i].index = index.integer;
  });
  const JsonPlace of_values = place.at("values");
  std::int32_t nnz = 0;
  each_number(values, of_values, [&](int i, const JsonValue& number) {
    const auto x = static_cast<float>(number.number);
    if (!std::isfinite(x)) {
      refuse_number(type, of_values.at(static_cast<std::int64_t>(i)));
    }
    if (x != 0) {
      elements[nnz++] = {elements[i].index, x};
    }
  });
  if (const Status status = sort_sparse(elements, nnz, bound); !status.ok()) {
    refuse(of_indices, "indices must not repeat");
  }
  const std::int64_t greatest = nnz > 0 ? elements[nnz - 1].index : 0;
  const NewSparsevec result(dim_for_index(dims, greatest), nnz);
  for (std::int32_t i = 0; i < nnz; ++i) {
    result.indices[i] = static_cast<std::uint32_t>(elements[i].index);
    result.values[i] = elements[i].value;
  }
  pfree(elements);
  return result.datum();
}

/// Returns a bit string of zeros, with the dimensions of the type.
VarBit* new_bits(const VectorType& type, int count, const JsonPlace& place) {
  if (count < 1) {
    refuse(place, ERRCODE_DATA_EXCEPTION, "bit string must have at least 1 dimension");
  }
  check_expected_dims(type, count, place);
  const int bytes = VARBITTOTALLEN(count);
  auto* bits = static_cast<VarBit*>(palloc0(static_cast<Size>(bytes)));
  SET_VARSIZE(bits, bytes);
  VARBITLEN(bits) = count;
  return bits;
}

void set_bit(VarBit* bits, int i, bool is_one) {
  if (is_one) {
    VARBITS(bits)[i / BITS_PER_BYTE] |= static_cast<uint8>(HIGHBIT >> (i % BITS_PER_BYTE));
  }
}

Datum bits_from_json(const VectorType& type, const JsonbValue& value, const JsonPlace& place) {
  constexpr const char* kExpected = "bit string must be a text or an array of 0 and 1";
  if (is_array(value)) {
    VarBit* bits = new_bits(type, static_cast<int>(size_of(value)), place);
    each_number(value, place, [&](int i, const JsonValue& number) {
      if (number.number != 0 && number.number != 1) {
        refuse(place.at(static_cast<std::int64_t>(i)), kExpected);
      }
      set_bit(bits, i, number.number == 1);
    });
    return VarBitPGetDatum(bits);
  }
  if (value.type != jbvString) {
    refuse(place, kExpected);
  }
  const std::string_view text = text_of(value);
  VarBit* bits = new_bits(type, static_cast<int>(text.size()), place);
  for (int i = 0; i < VARBITLEN(bits); ++i) {
    const char digit = text[static_cast<std::size_t>(i)];
    if (digit != '0' && digit != '1') {
      refuse(place, kExpected);
    }
    set_bit(bits, i, digit == '1');
  }
  return VarBitPGetDatum(bits);
}

bool is_of_numbers(const JsonbValue& array) {
  return JBE_ISNUMERIC(array.val.binary.data->children[0]);
}

/// A single dense vector is a multi-vector of one.
Datum multi_from_json(const VectorType& type, const JsonbValue& value, const JsonPlace& place) {
  if (!is_array(value)) {
    refuse(place, "multi-vector must be an array of vectors");
  }
  const std::int64_t count = size_of(value);
  if (count < 1) {
    refuse(place, ERRCODE_DATA_EXCEPTION, "multi-vector must have at least 1 vector");
  }
  if (is_of_numbers(value)) {
    Datum vector = single_vector_from_json(type, value, place);
    return array_datum(type.element, {&vector, 1});
  }
  check_most(type, count, "multivector_max_vectors", "vectors in a multi-vector", place);
  auto* vectors = palloc_array<Datum>(count);
  each_element(value, [&](std::int64_t i, const JsonbValue& vector) {
    vectors[i] = single_vector_from_json(type, vector, place.at(i));
  });
  return array_datum(type.element, {vectors, static_cast<Size>(count)});
}

}  // namespace

VectorType vector_type(const CollectionVector& vector) {
  VectorType type{.name = vector.name,
                  .form = VectorForm::kDense,
                  .is_multi = vector.is_multi,
                  .is_uint8 = vector.is_uint8,
                  .is_normalized = false,
                  .type = vector.type,
                  .element = vector.is_multi ? get_element_type(vector.type) : vector.type,
                  .typmod = vector.typmod,
                  .dims = Max(vector.typmod, 0),
                  .most = -1};
  type.form = form_of(type.element);
  return type;
}

Datum single_vector_from_json(const VectorType& type, const JsonbValue& value,
                              const JsonPlace& place) {
  switch (type.form) {
    case VectorForm::kDense:
    case VectorForm::kHalf:
      return dense_from_json(type, value, place);
    case VectorForm::kSparse:
      return sparse_from_json(type, value, place);
    case VectorForm::kBit:
      return bits_from_json(type, value, place);
  }
  pg_unreachable();
}

Datum vector_from_json(const VectorType& type, const JsonbValue& value, const JsonPlace& place) {
  return type.is_multi ? multi_from_json(type, value, place)
                       : single_vector_from_json(type, value, place);
}

}  // namespace vecext::pg
