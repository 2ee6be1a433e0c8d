#include "wire/messages/search_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/failure.h"
#include "service/points.h"
#include "wire/messages/enum_names.h"
#include "wire/messages/filter_json.h"
#include "wire/messages/value_json.h"

namespace vecext::gateway::grpc {

void append_params(std::string& out, const qdrant::SearchParams& params) {
  append_object(out, [&](JsonWriter& object) {
    if (params.has_hnsw_ef()) {
      object.integer("hnsw_ef", static_cast<std::int64_t>(params.hnsw_ef()));
    }
    if (params.has_exact()) {
      object.boolean("exact", params.exact());
    }
    if (params.has_indexed_only()) {
      object.boolean("indexed_only", params.indexed_only());
    }
    if (params.has_quantization()) {
      object.object("quantization", [&](JsonWriter& of) {
        const qdrant::QuantizationSearchParams& quantization = params.quantization();
        if (quantization.has_ignore()) of.boolean("ignore", quantization.ignore());
        if (quantization.has_rescore()) of.boolean("rescore", quantization.rescore());
        if (quantization.has_oversampling()) {
          append_double(of.key("oversampling"), quantization.oversampling());
        }
      });
    }
    if (params.has_acorn()) {
      object.object("acorn", [&](JsonWriter& of) {
        if (params.acorn().has_enable()) of.boolean("enable", params.acorn().enable());
        if (params.acorn().has_max_selectivity()) {
          append_double(of.key("max_selectivity"), params.acorn().max_selectivity());
        }
      });
    }
    if (params.has_idf() && params.idf().has_corpus()) {
      object.object(
          "idf", [&](JsonWriter& of) { append_filter(of.key("corpus"), params.idf().corpus()); });
    } else if (params.has_idf()) {
      object.string("idf", "global");
    }
  });
}

void append_threshold(std::string& out, float threshold) {
  if (std::isnan(threshold)) {
    throw Failure(FailureKind::kBadInput, "score_threshold must be a number");
  }
  constexpr float kMost = std::numeric_limits<float>::max();
  append_float(out, std::clamp(threshold, -kMost, kMost));
}

void append_lookup_from(std::string& out, const qdrant::LookupLocation& lookup) {
  append_object(out, [&](JsonWriter& object) {
    object.string("collection", name_in_request(lookup.collection_name()));
    if (lookup.has_vector_name()) {
      object.string("vector", lookup.vector_name());
    }
  });
}

void append_with_lookup(std::string& out, const qdrant::WithLookup& lookup) {
  append_object(out, [&](JsonWriter& object) {
    object.string("collection", name_in_request(lookup.collection()));
    object.raw("with_payload", payload_selector(lookup.with_payload(), "true"));
    object.raw("with_vectors", vectors_selector(lookup.with_vectors()));
  });
}

std::string_view name_of(qdrant::RecommendStrategy strategy) {
  constexpr std::string_view kStrategies[] = {"average_vector", "best_score", "sum_scores"};
  return name_among(kStrategies, strategy, "RecommendStrategy");
}

void append_order(std::string& out, const qdrant::OrderBy& order) {
  append_object(out, [&](JsonWriter& object) {
    object.string("key", order.key());
    if (order.has_direction()) {
      constexpr std::string_view kDirections[] = {"asc", "desc"};
      object.string("direction", name_among(kDirections, order.direction(), "Direction"));
    }
    if (!order.has_start_from()) {
      return;
    }
    std::string& start = object.key("start_from");
    switch (order.start_from().value_case()) {
      case qdrant::StartFrom::kFloat:
        return append_double(start, order.start_from().float_());
      case qdrant::StartFrom::kInteger:
        start += std::to_string(order.start_from().integer());
        return;
      case qdrant::StartFrom::kTimestamp:
        return append_time(start, order.start_from().timestamp());
      case qdrant::StartFrom::kDatetime:
        return append_string(start, order.start_from().datetime());
      default:
        throw Failure(FailureKind::kBadJson, "Malformed StartFrom");
    }
  });
}

}  // namespace vecext::gateway::grpc
