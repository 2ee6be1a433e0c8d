#include "pg/am/common/indexed_value.h"

#include "pg/type/datum.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/memutils.h"
#include "utils/varbit.h"
}

namespace vecext::pg {

namespace {

template <class T>
const void* dense_elements(const varlena* value, int32 dims) {
  DenseView<T> view;
  check(view_varlena(value, &view));
  check(check_same_dim(DenseType<T>::kName, dims, view.dim));
  return view.x;
}

const void* bit_elements(const varlena* value, int32 dims) {
  const auto* bits = reinterpret_cast<const VarBit*>(value);
  if (VARBITLEN(bits) != dims) {
    raise({.code = StatusCode::kDifferentBitLengths, .expected = dims, .actual = VARBITLEN(bits)});
  }
  return VARBITS(bits);
}

const void* sparse_elements(const varlena* value, int32 dims) {
  SparsevecView view;
  check(view_varlena(value, &view));
  check(check_same_dim(kSparsevecName, dims, view.dim));
  return VARDATA_ANY(value);
}

}  // namespace

ValueReader::ValueReader(const OpclassInfo& opclass, int32 column_dims, MemoryContext memory)
    : info(opclass),
      dims(column_dims),
      context(memory),
      toast{},
      floats(opclass.element == Element::kSparse
                 ? nullptr
                 : static_cast<float*>(MemoryContextAlloc(
                       memory, sizeof(float) * static_cast<Size>(column_dims)))) {}

const void* ValueReader::stored(Datum datum) {
  const auto* value = reinterpret_cast<const varlena*>(DatumGetPointer(datum));
  // VarBit has its length behind a four-byte header, so a value with a short header is unpacked as
  // a toasted one is.
  if (VARATT_IS_EXTERNAL(value) || VARATT_IS_COMPRESSED(value) ||
      (info.element == Element::kBit && VARATT_IS_SHORT(value))) {
    value = read_toasted(&toast, value, context);
  }
  switch (info.element) {
    case Element::kFloat:
      return dense_elements<float>(value, dims);
    case Element::kHalf:
      return dense_elements<Half>(value, dims);
    case Element::kBit:
      return bit_elements(value, dims);
    case Element::kSparse:
      break;
  }
  return sparse_elements(value, dims);
}

const float* ValueReader::widened(Datum datum) {
  widen(info.element, stored(datum), dims, floats);
  return floats;
}

int32 column_dims(Relation index, const OpclassInfo& info) {
  const Form_pg_attribute column = TupleDescAttr(RelationGetDescr(index), 0);
  if (info.element == Element::kBit && column->atttypid != BITOID) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("type not supported for %s index", access_method_name(index))));
  }
  if (column->atttypmod < 0) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("column does not have dimensions")));
  }
  return column->atttypmod;
}

}  // namespace vecext::pg
