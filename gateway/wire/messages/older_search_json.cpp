// Searches of older clients: from messages to the JSON of the universal query.
#include "base/failure.h"
#include "wire/messages/filter_json.h"
#include "wire/messages/query_json.h"
#include "wire/messages/search_parts.h"
#include "wire/messages/value_json.h"
#include "wire/messages/vector_json.h"

namespace vecext::gateway::grpc {

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
      append_threshold(out.key("score_threshold"), search.score_threshold());
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
  if constexpr (requires { search.group_by(); }) {
    write_groups(out, search);
  }
  write_selectors(out, search);
}

template <class Search>
void append_search(std::string& to, const Search& search, DenseVectors& dense) {
  append_object(to, [&](JsonWriter& out) {
    out.object("query", [&](JsonWriter& query) {
      if (search.has_sparse_indices()) {
        append_sparse(query.key("nearest"), search.vector(), search.sparse_indices().data());
      } else {
        append_beside(query.key("nearest"), search.vector(), dense);
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
void append_recommend(std::string& to, const Recommend& recommend) {
  append_object(to, [&](JsonWriter& out) {
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
    throw Failure(FailureKind::kBadJson, "No vector example provided");
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

void append_request(std::string& out, const qdrant::SearchPoints& search, DenseVectors& dense) {
  append_search(out, search, dense);
}
void append_request(std::string& out, const qdrant::SearchPointGroups& search,
                    DenseVectors& dense) {
  append_search(out, search, dense);
}
void append_request(std::string& out, const qdrant::RecommendPoints& recommend, DenseVectors&) {
  append_recommend(out, recommend);
}
void append_request(std::string& out, const qdrant::RecommendPointGroups& recommend,
                    DenseVectors&) {
  append_recommend(out, recommend);
}

void append_request(std::string& to, const qdrant::DiscoverPoints& discover, DenseVectors&) {
  append_object(to, [&](JsonWriter& out) {
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
