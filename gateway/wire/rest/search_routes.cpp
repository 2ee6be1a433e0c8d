// Routes that search points. Each becomes a request as vecext.query takes it.
#include <charconv>

#include "service/points.h"
#include "wire/rest/point_json.h"
#include "wire/rest/router.h"
#include "wire/rest/search_json.h"

namespace vecext::gateway::rest {

namespace {

using Reader = void (*)(SearchRequest& request, const JsonObject& body);

// --- Answers -------------------------------------------------------------------------------------

void append_points(std::string& out, const std::vector<Point>& points) {
  append_list(out, [&](JsonList& list) {
    for (const Point& point : points) {
      append_scored(list.element(), point);
    }
  });
}

std::string list_of(const PointList& points) {
  return json_list([&](JsonList& list) {
    for (int i = 0; i < points.size(); ++i) {
      append_scored(list.element(), points[i]);
    }
  });
}

std::string list_of(const Groups& found) {
  return json_object([&](JsonWriter& object) {
    object.list("groups", [&](JsonList& groups) {
      for (const Group& group : found.groups) {
        groups.object([&](JsonWriter& entry) {
          entry.raw("id", group.key);
          if (!group.lookup.empty()) {
            entry.raw("lookup", group.lookup);
          }
          append_points(entry.key("hits"), group.hits);
        });
      }
    });
  });
}

// --- Actions -------------------------------------------------------------------------------------

Task<std::string> one(Request& request, Reader read) {
  SearchRequest search;
  read(search, request.object());
  const PointList points = co_await query_points(request.context, request.collection(), search);
  co_return list_of(points);
}

// `opening` and `closing` surround the points of each request.
Task<std::string> many(Request& request, Reader read, std::string_view opening,
                       std::string_view closing) {
  const JsonObject body = request.object();
  const std::vector<RawJson> searches = json_elements(body.at("searches"), "searches");
  SearchRequest requests;
  append_list(requests.json, [&](JsonList& list) {
    for (const RawJson text : searches) {
      list.element();
      read(requests, JsonObject::parse(text, "searches"));
    }
  });
  const Batch batch =
      co_await query_batch(request.context, request.collection(), requests, searches.size());
  co_return json_list([&](JsonList& all) {
    for (const std::vector<Point>& points : batch.lists) {
      std::string& out = all.element();
      out += opening;
      append_points(out, points);
      out += closing;
    }
  });
}

Task<std::string> grouped(Request& request, Reader read) {
  SearchRequest search;
  read(search, request.object());
  const Groups groups = co_await query_groups(request.context, request.collection(), search);
  co_return list_of(groups);
}

Task<std::string> query(Request& request) {
  const std::string points = co_await one(request, append_query);
  co_return R"({"points":)" + points + "}";
}
Task<std::string> query_many(Request& request) {
  return many(request, append_query, R"({"points":)", "}");
}
Task<std::string> query_grouped(Request& request) {
  return grouped(request, append_query);
}

Task<std::string> search(Request& request) {
  return one(request, append_search);
}
Task<std::string> search_many(Request& request) {
  return many(request, append_search, "", "");
}
Task<std::string> search_grouped(Request& request) {
  return grouped(request, append_search);
}

Task<std::string> recommend(Request& request) {
  return one(request, append_recommend);
}
Task<std::string> recommend_many(Request& request) {
  return many(request, append_recommend, "", "");
}
Task<std::string> recommend_grouped(Request& request) {
  return grouped(request, append_recommend);
}

Task<std::string> discover(Request& request) {
  return one(request, append_discover);
}
Task<std::string> discover_many(Request& request) {
  return many(request, append_discover, "", "");
}

// Appends a score with the digits of a float, in place of those of a double.
void append_score(std::string& out, RawJson score) {
  double value = 0;
  std::from_chars(score.data(), score.data() + score.size(), value);
  append_float(out, static_cast<float>(value));
}

// {"pairs": [{"a", "b", "score"}, …]}, or lists of which one is "scores".
std::string with_float_scores(RawJson text) {
  const JsonObject matrix = JsonObject::parse(text, "matrix");
  return json_object([&](JsonWriter& out) {
    for (const JsonMember& member : matrix.members()) {
      if (member.key != "pairs" && member.key != "scores") {
        out.raw(member.key, member.value);
        continue;
      }
      out.list(member.key, [&](JsonList& list) {
        for (const RawJson element : json_elements(member.value, member.key)) {
          if (!is_object(element)) {
            append_score(list.element(), element);
            continue;
          }
          const JsonObject pair = JsonObject::parse(element, "pair");
          list.object([&](JsonWriter& of) {
            of.raw("a", pair.at("a"));
            of.raw("b", pair.at("b"));
            append_score(of.key("score"), pair.at("score"));
          });
        }
      });
    }
  });
}

Task<std::string> matrix(Request& request, std::string_view form) {
  const JsonObject body = request.object();
  const std::optional<std::string> vector = body.find_string("using");
  const std::string found = co_await distance_matrix(
      request.context, request.collection(), body.find("filter"),
      number_member(body, "sample", 10, 2), number_member(body, "limit", 3, 1), vector, form);
  co_return with_float_scores(found);
}
Task<std::string> matrix_pairs(Request& request) {
  return matrix(request, "pairs");
}
Task<std::string> matrix_offsets(Request& request) {
  return matrix(request, "offsets");
}

}  // namespace

const std::vector<Route>& search_routes() {
  static const std::vector<Route> kRoutes = {
      {"POST", "/collections/{collection_name}/points/query", query, "searches"},
      {"POST", "/collections/{collection_name}/points/query/batch", query_many,
       "makes several searches"},
      {"POST", "/collections/{collection_name}/points/query/groups", query_grouped,
       "searches by groups"},
      {"POST", "/collections/{collection_name}/points/search", search,
       "searches, as older clients ask"},
      {"POST", "/collections/{collection_name}/points/search/batch", search_many,
       "makes several searches, as older clients ask"},
      {"POST", "/collections/{collection_name}/points/search/groups", search_grouped,
       "searches by groups, as older clients ask"},
      {"POST", "/collections/{collection_name}/points/recommend", recommend,
       "searches by examples"},
      {"POST", "/collections/{collection_name}/points/recommend/batch", recommend_many,
       "makes several searches by examples"},
      {"POST", "/collections/{collection_name}/points/recommend/groups", recommend_grouped,
       "searches by examples and groups"},
      {"POST", "/collections/{collection_name}/points/discover", discover,
       "searches by a target and pairs of examples"},
      {"POST", "/collections/{collection_name}/points/discover/batch", discover_many,
       "makes several searches by pairs of examples"},
      {"POST", "/collections/{collection_name}/points/search/matrix/pairs", matrix_pairs,
       "returns distances of a sample, as pairs"},
      {"POST", "/collections/{collection_name}/points/search/matrix/offsets", matrix_offsets,
       "returns distances of a sample, as offsets"},
  };
  return kRoutes;
}

}  // namespace vecext::gateway::rest
