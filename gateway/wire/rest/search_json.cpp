#include "wire/rest/search_json.h"

#include <algorithm>
#include <vector>

#include "base/failure.h"
#include "service/points.h"
#include "wire/json/checks.h"
#include "wire/rest/point_json.h"

namespace vecext::gateway::rest {

namespace {

// Members that a request to a server without shards has no use for.
constexpr std::string_view kDropped[] = {"shard_key", "consistency", "timeout"};

bool is_dropped(std::string_view name) {
  return std::ranges::find(kDropped, name) != std::end(kDropped);
}

// Writes a vector or what else stands in its place. A dense vector goes beside the JSON.
void write_vector(std::string& out, RawJson vector, DenseVectors& dense) {
  thread_local std::vector<float> values;
  if (!read_floats(vector, values)) {
    out += vector;
    return;
  }
  const int position = dense.add(values);
  append_object(out, [&](JsonWriter& members) { members.integer("$dense", position); });
}

// Without a number of candidates, Qdrant chooses from as many points as it returns.
void write_mmr(JsonWriter& options, RawJson mmr, const JsonObject& body) {
  const JsonObject given = JsonObject::parse(mmr, "mmr");
  if (const auto diversity = given.find("diversity")) {
    options.raw("diversity", *diversity);
  }
  const auto most = given.find("candidates_limit");
  options.raw("candidates_limit", most ? *most : body.find("limit").value_or("10"));
}

void write_query(std::string& out, RawJson query, const JsonObject& body, DenseVectors& dense) {
  if (!is_object(query)) {
    return write_vector(out, query, dense);
  }
  const JsonObject object = JsonObject::parse(query, "query");
  const auto nearest = object.find("nearest");
  if (!nearest) {
    out += query;
    return;
  }
  append_object(out, [&](JsonWriter& members) {
    for (const JsonMember& member : object.members()) {
      std::string& to = members.key(member.key);
      if (member.key == "nearest") {
        write_vector(to, member.value, dense);
      } else if (member.key == "mmr" && is_object(member.value)) {
        append_object(to, [&](JsonWriter& options) { write_mmr(options, member.value, body); });
      } else {
        to += member.value;
      }
    }
  });
}

// A name of a collection, or an object with one.
void write_lookup(std::string& out, RawJson lookup) {
  if (is_string(lookup)) {
    append_string(out, name_in_request(json_string(lookup, "with_lookup")));
    return;
  }
  const JsonObject object = JsonObject::parse(lookup, "lookup");
  append_object(out, [&](JsonWriter& members) {
    for (const JsonMember& member : object.members()) {
      if (member.key == "collection") {
        members.string("collection", name_in_request(json_string(member.value, "collection")));
      } else if (member.key == "with_vector") {
        members.raw("with_vectors", member.value);
      } else if (member.value != "null") {
        members.raw(member.key, member.value);
      }
    }
  });
}

// Returns the number, or the largest one that vecext takes for `limit` and `offset` together.
std::string_view within_limit(std::string_view digits) {
  constexpr std::string_view kMost = "268435455";
  const bool is_more =
      digits.size() > kMost.size() || (digits.size() == kMost.size() && digits > kMost);
  return is_more ? kMost : digits;
}

// Throws a Failure kBadJson if a number of rows is written with a fraction or an exponent, which
// vecext would take.
void require_integers(const JsonObject& body) {
  for (const std::string_view name : {"limit", "top", "offset", "group_size"}) {
    const auto value = body.find(name);
    if (value && !is_digits(*value)) {
      body.find_integer(name);
    }
  }
}

void write_search(JsonWriter& request, DenseVectors& dense, const JsonObject& body, int depth,
                  const std::vector<std::string_view>& others);

// A prefetch, or a list of them.
void write_prefetch(std::string& out, RawJson prefetch, int depth, DenseVectors& dense) {
  const auto write_one = [&](std::string& to, RawJson one) {
    const JsonObject object = JsonObject::parse(one, "prefetch");
    append_object(
        to, [&](JsonWriter& request) { write_search(request, dense, object, depth + 1, {}); });
  };
  if (!is_array(prefetch)) {
    write_one(out, prefetch);
    return;
  }
  append_list(out, [&](JsonList& list) {
    for (const RawJson one : json_elements(prefetch, "prefetch")) {
      write_one(list.element(), one);
    }
  });
}

// Writes the members of a search or of a prefetch as vecext has them: all but `others`, which the
// caller writes.
void write_search(JsonWriter& request, DenseVectors& dense, const JsonObject& body, int depth,
                  const std::vector<std::string_view>& others) {
  constexpr int kMostLevels = 64;  // vecext refuses more
  require_integers(body);
  for (const JsonMember& member : body.members()) {
    const std::string_view name = member.key;
    if (std::ranges::find(others, name) != others.end() || is_dropped(name) ||
        member.value == "null") {
      continue;
    }
    std::string& out = request.key(name);
    if (name == "query") {
      write_query(out, member.value, body, dense);
    } else if (name == "prefetch" && depth < kMostLevels) {
      write_prefetch(out, member.value, depth, dense);
    } else if (name == "lookup_from" || name == "with_lookup") {
      write_lookup(out, member.value);
    } else if (name == "limit" && is_digits(member.value)) {
      out += within_limit(member.value);
    } else {
      out += member.value;
    }
  }
}

// Writes the members of a body: all but `others`, which the caller writes in another form.
void write_members(JsonWriter& request, DenseVectors& dense, const JsonObject& body,
                   std::vector<std::string_view> others) {
  others.insert(others.end(), {"with_payload", "with_vector", "with_vectors", "top"});
  write_search(request, dense, body, 0, others);
  if (const auto top = body.find("top")) {
    request.raw("limit", *top);
  }
  request.raw("with_payload", body.find("with_payload").value_or("false"));
  request.raw("with_vectors", with_vectors_of(body));
}

}  // namespace

void append_query(SearchRequest& request, const JsonObject& body) {
  check_query(body);
  append_object(request.json,
                [&](JsonWriter& members) { write_members(members, request.dense, body, {}); });
}

// `vector` is a vector, or {"name", "vector"}.
void append_search(SearchRequest& request, const JsonObject& body) {
  append_object(request.json, [&](JsonWriter& members) {
    RawJson vector = body.at("vector");
    if (is_object(vector)) {
      const JsonObject named = JsonObject::parse(vector, "vector");
      if (const auto name = named.find("name")) {
        members.raw("using", *name);
        vector = named.at("vector");
      }
    }
    write_vector(members.key("query"), vector, request.dense);
    write_members(members, request.dense, body, {"vector"});
  });
}

void append_recommend(SearchRequest& request, const JsonObject& body) {
  append_object(request.json, [&](JsonWriter& members) {
    members.object("query", [&](JsonWriter& query) {
      query.object("recommend", [&](JsonWriter& recommend) {
        for (const std::string_view name : {"positive", "negative", "strategy"}) {
          if (const auto value = body.find(name)) {
            recommend.raw(name, *value);
          }
        }
      });
    });
    write_members(members, request.dense, body, {"positive", "negative", "strategy"});
  });
}

void append_discover(SearchRequest& request, const JsonObject& body) {
  append_object(request.json, [&](JsonWriter& members) {
    members.object("query", [&](JsonWriter& query) {
      const RawJson context = body.find("context").value_or("[]");
      const auto target = body.find("target");
      if (!target) {
        query.raw("context", context);
        return;
      }
      query.object("discover", [&](JsonWriter& discover) {
        discover.raw("target", *target);
        discover.raw("context", context);
      });
    });
    write_members(members, request.dense, body, {"target", "context"});
  });
}

}  // namespace vecext::gateway::rest
