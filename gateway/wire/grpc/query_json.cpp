#include "wire/grpc/query_json.h"

#include "base/failure.h"
#include "base/json.h"
#include "service/points.h"
#include "wire/grpc/filter_json.h"
#include "wire/grpc/value_json.h"
#include "wire/grpc/vector_json.h"

namespace vecext::gateway::grpc {

namespace {

[[noreturn]] void refuse(const char* reason) {
  throw Failure(FailureKind::kBadJson, reason);
}

// --- Parts of searches ---------------------------------------------------------------------------

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
    if (params.has_idf()) {
      object.object("idf", [&](JsonWriter& of) {
        if (params.idf().has_corpus()) append_filter(of.key("corpus"), params.idf().corpus());
      });
    }
  });
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
  switch (strategy) {
    case qdrant::BestScore:
      return "best_score";
    case qdrant::SumScores:
      return "sum_scores";
    default:
      return "average_vector";
  }
}

template <class Number>
void write_number(JsonWriter& out, std::string_view name, Number number) {
  out.integer(name, static_cast<std::int64_t>(number));
}

// --- The universal query -------------------------------------------------------------------------

template <class Inputs>
void append_inputs(std::string& out, const Inputs& inputs) {
  append_list(out, [&](JsonList& list) {
    for (const qdrant::VectorInput& input : inputs) {
      append_input(list.element(), input);
    }
  });
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
void write_mmr(JsonWriter& out, const qdrant::NearestInputWithMmr& nearest, std::uint64_t limit) {
  append_input(out.key("nearest"), nearest.nearest());
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

void append_query(std::string& out, const qdrant::Query& query, std::uint64_t limit) {
  append_object(out, [&](JsonWriter& object) {
    switch (query.variant_case()) {
      case qdrant::Query::kNearest:
        return append_input(object.key("nearest"), query.nearest());
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
        return object.string("fusion", query.fusion() == qdrant::DBSF ? "dbsf" : "rrf");
      case qdrant::Query::kSample:
        return object.string("sample", "random");
      case qdrant::Query::kFormula:
        return write_formula(object, query.formula());
      case qdrant::Query::kNearestWithMmr:
        return write_mmr(object, query.nearest_with_mmr(), limit);
      case qdrant::Query::kRrf:
        return write_rrf(object, query.rrf());
      case qdrant::Query::kRelevanceFeedback:
        return write_feedback(object, query.relevance_feedback());
      case qdrant::Query::kText:
        return write_text(object, query.text());
      default:
        refuse("Query variant is missing");
    }
  });
}

constexpr std::uint64_t kDefaultLimit = 10;

// Writes the members that queries, groups of them and prefetches have.
template <class Query>
void write_query(JsonWriter& out, const Query& query) {
  const std::uint64_t limit = query.has_limit() ? query.limit() : kDefaultLimit;
  if (!query.prefetch().empty()) {
    out.list("prefetch", [&](JsonList& list) {
      for (const qdrant::PrefetchQuery& prefetch : query.prefetch()) {
        list.object([&](JsonWriter& object) { write_query(object, prefetch); });
      }
    });
  }
  if (query.has_query()) {
    append_query(out.key("query"), query.query(), limit);
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
    append_float(out.key("score_threshold"), query.score_threshold());
  }
  if (query.has_lookup_from()) {
    append_lookup_from(out.key("lookup_from"), query.lookup_from());
  }
  write_number(out, "limit", limit);
}

// Writes what the points of an answer are to have.
template <class Query>
void write_selectors(JsonWriter& out, const Query& query, std::string_view with_payload) {
  out.raw("with_payload", payload_selector(query.with_payload(), with_payload));
  out.raw("with_vectors", vectors_selector(query.with_vectors()));
}

template <class Query>
void write_groups(JsonWriter& out, const Query& query) {
  constexpr std::uint64_t kDefaultSize = 3;
  out.string("group_by", query.group_by());
  std::uint64_t size = query.group_size();
  if constexpr (requires { query.has_group_size(); }) {
    size = query.has_group_size() ? size : kDefaultSize;
  }
  write_number(out, "group_size", size);
  if (query.has_with_lookup()) {
    append_with_lookup(out.key("with_lookup"), query.with_lookup());
  }
}

}  // namespace

void append_order(std::string& out, const qdrant::OrderBy& order) {
  append_object(out, [&](JsonWriter& object) {
    object.string("key", order.key());
    if (order.has_direction()) {
      object.string("direction", order.direction() == qdrant::Desc ? "desc" : "asc");
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
        refuse("Malformed StartFrom");
    }
  });
}

std::string request_of(const qdrant::QueryPoints& query) {
  return json_object([&](JsonWriter& out) {
    write_query(out, query);
    if (query.has_offset()) {
      write_number(out, "offset", query.offset());
    }
    write_selectors(out, query, "false");
  });
}

std::string request_of(const qdrant::QueryPointGroups& query) {
  return json_object([&](JsonWriter& out) {
    write_query(out, query);
    write_groups(out, query);
    write_selectors(out, query, "true");
  });
}

// --- Searches of older clients -------------------------------------------------------------------

namespace {

// Writes the members that all of them have.
template <class Search>
void write_older(JsonWriter& out, const Search& search) {
  if (search.has_filter()) {
    append_filter(out.key("filter"), search.filter());
  }
  if (search.has_params()) {
    append_params(out.key("params"), search.params());
  }
  write_number(out, "limit", search.limit());
  if constexpr (requires { search.has_score_threshold(); }) {
    if (search.has_score_threshold()) {
      append_float(out.key("score_threshold"), search.score_threshold());
    }
  }
  if constexpr (requires { search.has_offset(); }) {
    if (search.has_offset()) {
      write_number(out, "offset", search.offset());
    }
  }
  if constexpr (requires { search.has_lookup_from(); }) {
    if (search.has_using_()) {
      out.string("using", search.using_());
    }
    if (search.has_lookup_from()) {
      append_lookup_from(out.key("lookup_from"), search.lookup_from());
    }
  }
  // As in REST, points of groups have a payload unless it is refused.
  if constexpr (requires { search.group_by(); }) {
    write_groups(out, search);
    write_selectors(out, search, "true");
  } else {
    write_selectors(out, search, "false");
  }
}

template <class Search>
std::string search_of(const Search& search) {
  return json_object([&](JsonWriter& out) {
    out.object("query", [&](JsonWriter& query) {
      if (search.has_sparse_indices()) {
        append_sparse(query.key("nearest"), search.vector(), search.sparse_indices().data());
      } else {
        append_floats(query.key("nearest"), search.vector());
      }
    });
    if (search.has_vector_name()) {
      out.string("using", search.vector_name());
    }
    write_older(out, search);
  });
}

template <class Ids, class Vectors>
void append_examples(std::string& out, const Ids& ids, const Vectors& vectors) {
  append_list(out, [&](JsonList& list) {
    for (const qdrant::PointId& id : ids) {
      append_id(list.element(), id);
    }
    for (const qdrant::Vector& vector : vectors) {
      append_vector(list.element(), vector);
    }
  });
}

template <class Recommend>
std::string recommend_of(const Recommend& recommend) {
  return json_object([&](JsonWriter& out) {
    out.object("query", [&](JsonWriter& query) {
      query.object("recommend", [&](JsonWriter& of) {
        append_examples(of.key("positive"), recommend.positive(), recommend.positive_vectors());
        append_examples(of.key("negative"), recommend.negative(), recommend.negative_vectors());
        if (recommend.has_strategy()) {
          of.string("strategy", name_of(recommend.strategy()));
        }
      });
    });
    write_older(out, recommend);
  });
}

void append_example(std::string& out, const qdrant::VectorExample& example) {
  if (example.has_id()) {
    append_id(out, example.id());
  } else if (example.has_vector()) {
    append_vector(out, example.vector());
  } else {
    refuse("No vector example provided");
  }
}

void append_pairs(std::string& out, const qdrant::DiscoverPoints& discover) {
  append_list(out, [&](JsonList& list) {
    for (const qdrant::ContextExamplePair& pair : discover.context()) {
      list.object([&](JsonWriter& object) {
        append_example(object.key("positive"), pair.positive());
        append_example(object.key("negative"), pair.negative());
      });
    }
  });
}

}  // namespace

std::string request_of(const qdrant::SearchPoints& search) {
  return search_of(search);
}
std::string request_of(const qdrant::SearchPointGroups& search) {
  return search_of(search);
}
std::string request_of(const qdrant::RecommendPoints& recommend) {
  return recommend_of(recommend);
}
std::string request_of(const qdrant::RecommendPointGroups& recommend) {
  return recommend_of(recommend);
}

std::string request_of(const qdrant::DiscoverPoints& discover) {
  return json_object([&](JsonWriter& out) {
    out.object("query", [&](JsonWriter& query) {
      if (!discover.has_target()) {
        append_pairs(query.key("context"), discover);
        return;
      }
      query.object("discover", [&](JsonWriter& of) {
        append_example(of.key("target"), discover.target().single());
        append_pairs(of.key("context"), discover);
      });
    });
    write_older(out, discover);
  });
}

}  // namespace vecext::gateway::grpc
