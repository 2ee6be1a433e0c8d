#include "pg/registry/strict_mode.h"

#include <string_view>

extern "C" {
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
}

namespace vecext::pg {

namespace {

bool find(const JsonbContainer* object, std::string_view key, JsonbValue* value) {
  return getKeyJsonValueFromContainer(const_cast<JsonbContainer*>(object), key.data(),
                                      static_cast<int>(key.size()), value) != nullptr;
}

/// check_collection_options() (pg/collection/define) has checked the types of values: one of
/// another type counts as missing.
int64 bound(const JsonbContainer* mode, std::string_view key) {
  JsonbValue value;
  if (!find(mode, key, &value) || value.type != jbvNumeric) {
    return -1;
  }
  return DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(value.val.numeric)));
}

bool flag(const JsonbContainer* mode, std::string_view key, bool otherwise) {
  JsonbValue value;
  return find(mode, key, &value) && value.type == jbvBool ? value.val.boolean : otherwise;
}

double oversampling(const JsonbContainer* mode) {
  JsonbValue value;
  if (!find(mode, "search_max_oversampling", &value) || value.type != jbvNumeric) {
    return -1;
  }
  return DatumGetFloat8(DirectFunctionCall1(numeric_float8, NumericGetDatum(value.val.numeric)));
}

}  // namespace

StrictMode read_strict_mode(Jsonb* options) {
  static const StrictMode kOff{false, false, false, false, -1, -1, -1, -1, -1,
                               -1,    -1,    -1,    -1,    -1, -1, -1, -1};
  JsonbValue value;
  if (!JB_ROOT_IS_OBJECT(options) || !find(&options->root, "strict_mode", &value) ||
      value.type != jbvBinary || !JsonContainerIsObject(value.val.binary.data) ||
      !flag(value.val.binary.data, "enabled", true)) {
    return kOff;
  }
  const JsonbContainer* mode = value.val.binary.data;
  return {.is_on = true,
          .refuses_unindexed_retrieve = !flag(mode, "unindexed_filtering_retrieve", true),
          .refuses_unindexed_update = !flag(mode, "unindexed_filtering_update", true),
          .refuses_exact = !flag(mode, "search_allow_exact", true),
          .max_query_limit = bound(mode, "max_query_limit"),
          .max_timeout = bound(mode, "max_timeout"),
          .max_points_count = bound(mode, "max_points_count"),
          .max_vector_bytes = bound(mode, "max_collection_vector_size_bytes"),
          .max_payload_bytes = bound(mode, "max_collection_payload_size_bytes"),
          .upsert_max_batchsize = bound(mode, "upsert_max_batchsize"),
          .search_max_batchsize = bound(mode, "search_max_batchsize"),
          .search_max_hnsw_ef = bound(mode, "search_max_hnsw_ef"),
          .filter_max_conditions = bound(mode, "filter_max_conditions"),
          .condition_max_size = bound(mode, "condition_max_size"),
          .multivector_max_vectors = bound(mode, "multivector_max_vectors"),
          .sparse_max_length = bound(mode, "sparse_max_length"),
          .search_max_oversampling = oversampling(mode)};
}

}  // namespace vecext::pg
