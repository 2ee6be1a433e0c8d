#include "pg/collection/define/index_spec.h"

#include <utility>

#include "pg/collection/define/collection_options.h"
#include "pg/collection/define/sql.h"
#include "pg/registry/vector_type.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

int64 lowest_option(std::string_view key) {
  return key == "m" ? 2 : key == "ef_construction" ? 4 : 0;
}

int64 highest_option(std::string_view key) {
  return key == "m" ? 100 : key == "ef_construction" ? 1000 : key == "bits" ? 4 : 65536;
}

/// Converts {"m", "ef_construct"}, as Qdrant's clients write it, to options of hnsw.
const Json* options_of_qdrant(const Json& config) {
  check_given_members(config, {"m", "ef_construct", "on_disk", "memory"});
  JsonbWriter writer;
  writer.begin_object();
  for (const auto& [name, own] :
       {std::pair("m", "m"), std::pair("ef_construct", "ef_construction")}) {
    if (const Json* value = member(config, name)) {
      integer_of(*value, lowest_option(own), highest_option(own));  // an error names its key
      writer.key(own);
      writer.add(WJB_VALUE, value->value);
    }
  }
  writer.end_object();
  return palloc_object<Json>(Json{.value = value_of(writer.jsonb()), .place = config.place});
}

/// Returns the options of ivfpq, with those that "quantization" gives.
const Json* with_quantization(const Json* options, const Json& quantization) {
  check_members(quantization, {"bits", "rerank"});
  JsonbWriter writer;
  writer.begin_object();
  for (const Json* part : {options, &quantization}) {
    if (part != nullptr) {
      each_member(part->value, [&](std::string_view key, const JsonbValue& value) {
        writer.key(key);
        writer.add(WJB_VALUE, value);
      });
    }
  }
  writer.end_object();
  return palloc_object<Json>(Json{.value = value_of(writer.jsonb()), .place = quantization.place});
}

}  // namespace

Oid element_of_vector(Oid type) {
  const Oid element = get_element_type(type);
  const Oid own = OidIsValid(element) ? element : type;
  return vector_kind_of(own).has_value() ? own : InvalidOid;
}

const char* operator_class(const char* method, Oid type, const char* distance) {
  const std::optional<CollectionDistance> known = distance_of_name(distance);
  if (!known.has_value()) {
    return nullptr;
  }
  return sql_value(
      "SELECT format('%I.%I', n.nspname, c.opcname)"
      " FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace"
      "   JOIN pg_am m ON m.oid = c.opcmethod"
      "   JOIN pg_amop o ON o.amopfamily = c.opcfamily"
      "     AND o.amoppurpose = 'o' AND o.amoplefttype = c.opcintype"
      " WHERE m.amname = $1 AND c.opcintype = $2 AND o.amopopr = $3 ORDER BY c.oid LIMIT 1",
      {sql_text(method), sql_oid(type), sql_oid(distance_operator(type, *known))});
}

const char* index_options(const char* method, const Json* options) {
  if (options == nullptr) {
    return "";
  }
  const bool is_hnsw = strcmp(method, "hnsw") == 0;
  check_members(*options, is_hnsw ? KnownWords{"m", "ef_construction"}
                                  : KnownWords{"lists", "bits", "rerank"});
  const char* list = "";
  for (const char* key : {"bits", "ef_construction", "lists", "m", "rerank"}) {
    const Json* option = member(*options, key);
    if (option == nullptr) {
      continue;
    }
    const char* value;
    if (strcmp(key, "rerank") == 0) {
      value = string_of(*option);
      check_known(option->place, value, "unknown rerank", {"none", "int8", "fp16"});
    } else {
      value = psprintf(INT64_FORMAT, integer_of(*option, lowest_option(key), highest_option(key)));
    }
    list = psprintf("%s%s%s = %s", list, *list == '\0' ? "" : ", ", key, value);
  }
  return list;
}

// pg/am/hnsw refuses to build an index of more dimensions.
int64 most_indexed_dims(const char* method, Oid type, const char* distance) {
  if (strcmp(method, "hnsw") != 0) {
    return PG_INT64_MAX;
  }
  switch (vector_kind_of(type).value_or(VectorKind::kSparsevec)) {
    case VectorKind::kVector:
      return strcmp(distance, "manhattan") == 0 ? 4000 : 7000;
    case VectorKind::kHalfvec:
      return 8000;
    case VectorKind::kBit:
      return 64000;
    case VectorKind::kSparsevec:
      break;
  }
  return PG_INT64_MAX;
}

void check_index_options(const char* method, const Json* hnsw, const Json* ivfpq) {
  for (const auto& [name, options] : {std::pair("hnsw", hnsw), std::pair("ivfpq", ivfpq)}) {
    if (options != nullptr && strcmp(name, method) != 0) {
      refuse(*options, "options of another index");
    }
    index_options(name, options);
  }
}

void check_index_method(const char* method, Oid type, const char* distance,
                        const JsonPlace& place) {
  check_known(place, method, "unknown index", {"none", "hnsw", "ivfpq", "inverted"});
  if (strcmp(method, "none") == 0) {
    return;
  }
  if (type != element_of_vector(type)) {
    refuse(place, "a multi-vector has no index");
  }
  if (operator_class(method, type, distance) == nullptr) {
    refuse(place,
           psprintf("%s has no index of %s for distance \"%s\"", method,
                    sql_value("SELECT t.typname FROM pg_type t WHERE t.oid = $1", {sql_oid(type)}),
                    distance));
  }
}

IndexSpec read_index_spec(const Json& spec, Oid type, const char* distance, bool is_multi) {
  const Json* config = member(spec, "hnsw_config");
  IndexSpec index{.method = nullptr,
                  .is_given = member(spec, "index") != nullptr || member(spec, "hnsw") != nullptr ||
                              member(spec, "ivfpq") != nullptr,
                  .hnsw = config != nullptr ? options_of_qdrant(*config) : member(spec, "hnsw"),
                  .ivfpq = member(spec, "ivfpq")};
  if (const Json* given = member(spec, "index")) {
    index.method = string_of(*given);
  } else if (index.ivfpq != nullptr) {
    index.method = "ivfpq";
  } else if (index.hnsw != nullptr) {
    index.method = "hnsw";
  } else if (is_multi) {
    index.method = "none";
  } else {
    index.method = operator_class("inverted", type, distance) != nullptr ? "inverted"
                   : operator_class("hnsw", type, distance) != nullptr   ? "hnsw"
                                                                         : "none";
  }
  if (const Json* quantization = member(spec, "quantization")) {
    if (strcmp(index.method, "ivfpq") != 0) {
      refuse(*quantization, "only an index of ivfpq has a choice of codes");
    }
    index.ivfpq = with_quantization(index.ivfpq, *quantization);
  }
  return index;
}

}  // namespace vecext::pg
