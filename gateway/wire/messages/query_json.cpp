#include "wire/messages/query_json.h"

#include "base/failure.h"
#include "base/json.h"
#include "wire/messages/enum_names.h"
#include "wire/messages/filter_json.h"
#include "wire/messages/search_parts.h"
#include "wire/messages/value_json.h"
#include "wire/messages/vector_json.h"

namespace vecext::gateway::grpc {

namespace {

constexpr std::string_view kFusions[] = {"rrf", "dbsf"};
constexpr std::string_view kSamples[] = {"random"};

template <class Inputs>
void append_inputs(std::string& out, const Inputs& inputs) {
  append_list(out, [&](JsonList& list) {
    for (const qdrant::VectorInput& input : inputs) {
      append_input(list.element(), input);
    }
  });
}

// A dense vector goes beside the JSON.
void append_nearest(std::string& out, const qdrant::VectorInput& input, DenseVectors& dense) {
  if (input.has_dense()) {
    append_beside(out, input.dense().data(), dense);
  } else {
    append_input(out, input);
  }
}

void append_context(std::string& out, const qdrant::ContextInput& context) {
  append_list(out, [&](JsonList& list) {
    for (const qdrant::ContextInputPair& pair : context.pairs()) {
      list.object([&](JsonWriter& object) {
        append_input(object.key("positive"), pair.positive());
        append_input(object.key("negative"), pair.negative());
      });
    }
  });
}

void write_recommend(JsonWriter& out, const qdrant::RecommendInput& recommend) {
  out.object("recommend", [&](JsonWriter& object) {
    append_inputs(object.key("positive"), recommend.positive());
    append_inputs(object.key("negative"), recommend.negative());
    if (recommend.has_strategy()) {
      object.string("strategy", name_of(recommend.strategy()));
    }
  });
}

// Without a number of candidates, Qdrant chooses from as many points as it returns.
void write_mmr(JsonWriter& out, const qdrant::NearestInputWithMmr& nearest, std::uint64_t limit,
               DenseVectors& dense) {
  append_nearest(out.key("nearest"), nearest.nearest(), dense);
  out.object("mmr", [&](JsonWriter& mmr) {
    if (nearest.mmr().has_diversity()) {
      append_float(mmr.key("diversity"), nearest.mmr().diversity());
    }
    write_number(mmr, "candidates_limit",
                 nearest.mmr().has_candidates_limit() ? nearest.mmr().candidates_limit() : limit);
  });
}

void write_feedback(JsonWriter& out, const qdrant::RelevanceFeedbackInput& input) {
  out.object("relevance_feedback", [&](JsonWriter& object) {
    append_input(object.key("target"), input.target());
    object.list("feedback", [&](JsonList& list) {
      for (const qdrant::FeedbackItem& item : input.feedback()) {
        list.object([&](JsonWriter& of) {
          append_input(of.key("example"), item.example());
          append_float(of.key("score"), item.score());
        });
      }
    });
    object.object("strategy", [&](JsonWriter& strategy) {
      strategy.object("naive", [&](JsonWriter& naive) {
        append_float(naive.key("a"), input.strategy().naive().a());
        append_float(naive.key("b"), input.strategy().naive().b());
        append_float(naive.key("c"), input.strategy().naive().c());
      });
    });
  });
}

void write_text(JsonWriter& out, const qdrant::TextQuery& text) {
  out.object("text", [&](JsonWriter& object) {
    object.string("query", text.query());
    if (text.has_bm25()) {
      object.object("scoring", [&](JsonWriter& scoring) {
        scoring.object("bm25", [&](JsonWriter& bm25) {
          if (text.bm25().has_k()) append_float(bm25.key("k"), text.bm25().k());
          if (text.bm25().has_b()) append_float(bm25.key("b"), text.bm25().b());
        });
      });
    }
  });
}

void write_rrf(JsonWriter& out, const qdrant::Rrf& rrf) {
  out.object("rrf", [&](JsonWriter& object) {
    if (rrf.has_k()) {
      object.integer("k", rrf.k());
    }
    if (!rrf.weights().empty()) {
      append_floats(object.key("weights"), rrf.weights());
    }
  });
}

void write_formula(JsonWriter& out, const qdrant::Formula& formula) {
  append_expression(out.key("formula"), formula.expression());
  if (!formula.defaults().empty()) {
    append_payload(out.key("defaults"), formula.defaults());
  }
}

void append_query(std::string& out, const qdrant::Query& query, std::uint64_t limit,
                  DenseVectors& dense) {
  append_object(out, [&](JsonWriter& object) {
    switch (query.variant_case()) {
      case qdrant::Query::kNearest:
        return append_nearest(object.key("nearest"), query.nearest(), dense);
      case qdrant::Query::kRecommend:
        return write_recommend(object, query.recommend());
      case qdrant::Query::kDiscover:
        return object.object("discover", [&](JsonWriter& discover) {
          append_input(discover.key("target"), query.discover().target());
          append_context(discover.key("context"), query.discover().context());
        });
      case qdrant::Query::kContext:
        return append_context(object.key("context"), query.context());
      case qdrant::Query::kOrderBy:
        return append_order(object.key("order_by"), query.order_by());
      case qdrant::Query::kFusion:
        return object.string("fusion", name_among(kFusions, query.fusion(), "Fusion"));
      case qdrant::Query::kSample:
        return object.string("sample", name_among(kSamples, query.sample(), "Sample"));
      case qdrant::Query::kFormula:
        return write_formula(object, query.formula());
      case qdrant::Query::kNearestWithMmr:
        return write_mmr(object, query.nearest_with_mmr(), limit, dense);
      case qdrant::Query::kRrf:
        return write_rrf(object, query.rrf());
      case qdrant::Query::kRelevanceFeedback:
        return write_feedback(object, query.relevance_feedback());
      case qdrant::Query::kText:
        return write_text(object, query.text());
      default:
        throw Failure(FailureKind::kBadJson, "Query variant is missing");
    }
  });
}

constexpr std::uint64_t kDefaultLimit = 10;

// Writes the members that queries, groups of them and prefetches have.
template <class Query>
void write_query(JsonWriter& out, const Query& query, DenseVectors& dense) {
  const std::uint64_t limit = query.has_limit() ? query.limit() : kDefaultLimit;
  if (!query.prefetch().empty()) {
    out.list("prefetch", [&](JsonList& list) {
      for (const qdrant::PrefetchQuery& prefetch : query.prefetch()) {
        list.object([&](JsonWriter& object) { write_query(object, prefetch, dense); });
      }
    });
  }
  if (query.has_query()) {
    append_query(out.key("query"), query.query(), limit, dense);
  }
  if (query.has_using_()) {
    out.string("using", query.using_());
  }
  if (query.has_filter()) {
    append_filter(out.key("filter"), query.filter());
  }
  if (query.has_params()) {
    append_params(out.key("params"), query.params());
  }
  if (query.has_score_threshold()) {
    append_threshold(out.key("score_threshold"), query.score_threshold());
  }
  if (query.has_lookup_from()) {
    append_lookup_from(out.key("lookup_from"), query.lookup_from());
  }
  write_number(out, "limit", limit);
}

}  // namespace

void append_request(std::string& out, const qdrant::QueryPoints& query, DenseVectors& dense) {
  append_object(out, [&](JsonWriter& object) {
    write_query(object, query, dense);
    if (query.has_offset()) {
      write_number(object, "offset", query.offset());
    }
    write_selectors(object, query);
  });
}

void append_request(std::string& out, const qdrant::QueryPointGroups& query, DenseVectors& dense) {
  append_object(out, [&](JsonWriter& object) {
    write_query(object, query, dense);
    write_groups(object, query);
    write_selectors(object, query);
  });
}

}  // namespace vecext::gateway::grpc
