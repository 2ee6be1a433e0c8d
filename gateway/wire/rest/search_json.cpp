#include "wire/rest/search_json.h"

#include <algorithm>
#include <vector>

#include "base/failure.h"
#include "service/points.h"
#include "wire/rest/point_json.h"

namespace vecext::gateway::rest {

namespace {

// Members that a request to a server without shards has no use for.
constexpr std::string_view kDropped[] = {"shard_key", "consistency", "timeout"};

bool is_dropped(std::string_view name) {
  return std::ranges::find(kDropped, name) != std::end(kDropped);
}

// Without a number of candidates, Qdrant chooses from as many points as it returns.
void write_query(std::string& out, RawJson query, const JsonObject& body) {
  if (!is_object(query)) {
    out += query;
    return;
  }
  const JsonObject object = JsonObject::parse(query, "query");
  const auto mmr = object.find("mmr");
  if (!mmr || JsonObject::parse(*mmr, "mmr").find("candidates_limit")) {
    out += query;
    return;
  }
  append_object(out, [&](JsonWriter& members) {
    members.raw("nearest", object.at("nearest"));
    members.object("mmr", [&](JsonWriter& options) {
      const JsonObject given = JsonObject::parse(*mmr, "mmr");
      if (const auto diversity = given.find("diversity")) {
        options.raw("diversity", *diversity);
      }
      options.raw("candidates_limit", body.find("limit").value_or("10"));
    });
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
      } else if (member.value != "null") {
        members.raw(member.key, member.value);
      }
    }
  });
}

void write_search(JsonWriter& request, const JsonObject& body, int depth,
                  const std::vector<std::string_view>& others);

// A prefetch, or a list of them.
void write_prefetch(std::string& out, RawJson prefetch, int depth) {
  const auto write_one = [&](std::string& to, RawJson one) {
    const JsonObject object = JsonObject::parse(one, "prefetch");
    append_object(to, [&](JsonWriter& request) { write_search(request, object, depth + 1, {}); });
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
void write_search(JsonWriter& request, const JsonObject& body, int depth,
                  const std::vector<std::string_view>& others) {
  constexpr int kMostLevels = 64;  // vecext refuses more
  for (const JsonMember& member : body.members()) {
    const std::string_view name = member.key;
    if (std::ranges::find(others, name) != others.end() || is_dropped(name) ||
        member.value == "null") {
      continue;
    }
    std::string& out = request.key(name);
    if (name == "query") {
      write_query(out, member.value, body);
    } else if (name == "prefetch" && depth < kMostLevels) {
      write_prefetch(out, member.value, depth);
    } else if (name == "lookup_from" || name == "with_lookup") {
      write_lookup(out, member.value);
    } else {
      out += member.value;
    }
  }
}

// Writes the members of a body: all but `others`, which the caller writes in another form.
void write_members(JsonWriter& request, const JsonObject& body, Payload payload,
                   std::vector<std::string_view> others) {
  others.insert(others.end(), {"with_payload", "with_vector", "with_vectors", "top"});
  write_search(request, body, 0, others);
  if (const auto top = body.find("top")) {
    request.raw("limit", *top);
  }
  const std::string_view otherwise = payload == Payload::kIfAsked ? "false" : "true";
  request.raw("with_payload", body.find("with_payload").value_or(otherwise));
  request.raw("with_vectors", with_vectors_of(body));
}

}  // namespace

std::string request_of_query(const JsonObject& body, Payload payload) {
  return json_object([&](JsonWriter& request) { write_members(request, body, payload, {}); });
}

// `vector` is a vector, or {"name", "vector"}.
std::string request_of_search(const JsonObject& body, Payload payload) {
  return json_object([&](JsonWriter& request) {
    RawJson vector = body.at("vector");
    if (is_object(vector)) {
      const JsonObject named = JsonObject::parse(vector, "vector");
      if (const auto name = named.find("name")) {
        request.raw("using", *name);
        vector = named.at("vector");
      }
    }
    request.raw("query", vector);
    write_members(request, body, payload, {"vector"});
  });
}

std::string request_of_recommend(const JsonObject& body, Payload payload) {
  return json_object([&](JsonWriter& request) {
    request.object("query", [&](JsonWriter& query) {
      query.object("recommend", [&](JsonWriter& recommend) {
        for (const std::string_view name : {"positive", "negative", "strategy"}) {
          if (const auto value = body.find(name)) {
            recommend.raw(name, *value);
          }
        }
      });
    });
    write_members(request, body, payload, {"positive", "negative", "strategy"});
  });
}

std::string request_of_discover(const JsonObject& body, Payload payload) {
  return json_object([&](JsonWriter& request) {
    request.object("query", [&](JsonWriter& query) {
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
    write_members(request, body, payload, {"target", "context"});
  });
}

}  // namespace vecext::gateway::rest
