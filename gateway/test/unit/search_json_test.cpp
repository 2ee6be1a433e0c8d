// What searches of Qdrant's clients become.
#include "wire/rest/search_json.h"

#include <doctest/doctest.h>

#include "base/failure.h"

using namespace vecext::gateway;
using namespace vecext::gateway::rest;

namespace {

using Append = void (*)(SearchRequest& request, const JsonObject& body);

SearchRequest request_of(Append append, const std::string& body) {
  SearchRequest request;
  append(request, JsonObject::parse(body, "body"));
  return request;
}

std::string query_of(const std::string& body) {
  return request_of(append_query, body).json;
}

}  // namespace

TEST_CASE("members pass through, defaults are Qdrant's") {
  CHECK(
      query_of(
          R"({"query": [1, 2.50], "limit": 3, "using": "a", "shard_key": "x", "filter": null})") ==
      R"({"query":{"$dense":0},"limit":3,"using":"a","with_payload":false,"with_vectors":false})");
  CHECK(query_of(R"({"with_payload": ["a"], "with_vector": true})") ==
        R"({"with_payload":["a"],"with_vectors":true})");
  CHECK(query_of("{}") == R"({"with_payload":false,"with_vectors":false})");
}

TEST_CASE("marginal relevance chooses from as many points as it returns") {
  const std::string request =
      query_of(R"({"query": {"nearest": [1], "mmr": {"diversity": 0.5}}, "limit": 7})");
  CHECK(request.find(R"({"nearest":{"$dense":0},"mmr":{"diversity":0.5,"candidates_limit":7}})") !=
        std::string::npos);
  CHECK(query_of(R"({"query": {"nearest": 1, "mmr": {"candidates_limit": 9}}})")
            .find(R"({"nearest":1,"mmr":{"candidates_limit":9}})") != std::string::npos);
}

TEST_CASE("names of other collections are quoted, in prefetches, too") {
  const std::string request = query_of(
      R"({"query": 3, "lookup_from": {"collection": "a.b", "vector": null}, "with_lookup": "c\"d",)"
      R"( "prefetch": [{"query": 1, "lookup_from": {"collection": "e"}}, {"prefetch": {"query": 2}}]})");
  CHECK(request.find(R"("lookup_from":{"collection":"\"a.b\""})") != std::string::npos);
  CHECK(request.find(R"("with_lookup":"\"c\"\"d\"")") != std::string::npos);
  CHECK(
      request.find(
          R"("prefetch":[{"query":1,"lookup_from":{"collection":"\"e\""}},{"prefetch":{"query":2}}])") !=
      std::string::npos);
}

TEST_CASE("dense vectors go beside the JSON, whatever else stands in their places does not") {
  const SearchRequest request = request_of(
      append_query, R"({"prefetch": [{"query": [1, -2.5e1]}, {"query": {"nearest": [0]}}],)"
                    R"( "query": {"nearest": [0.5, 3]}})");
  CHECK(request.json.find(R"({"query":{"$dense":0}},{"query":{"nearest":{"$dense":1}}})") !=
        std::string::npos);
  CHECK(request.json.find(R"("query":{"nearest":{"$dense":2}})") != std::string::npos);
  CHECK(request.dense.size() == 3);
  CHECK(request.dense.elements().substr(0, 16) ==
        std::string_view("\0\0\0\x0c\0\2\0\0\x3f\x80\0\0\xc1\xc8\0\0", 16));
  for (const char* query : {"[]", "[[1], [2]]", "[1, true]", "[1, ]", "[1e99]", "[1] 2", "[inf]",
                            R"({"indices": [1], "values": [2]})"}) {
    std::vector<float> values;
    CHECK_FALSE(read_floats(query, values));
  }
}

TEST_CASE("numbers of rows are written as integers") {
  CHECK_NOTHROW(query_of(R"({"limit": 18446744073709551615, "offset": 0})"));
  for (const char* body : {R"({"limit": 10.0})", R"({"limit": 1e1})", R"({"offset": 0.5})",
                           R"({"prefetch": {"limit": 2.0}})", R"({"group_size": "3"})"}) {
    CHECK_THROWS_AS(query_of(body), Failure);
  }
}

TEST_CASE("prefetches beyond all levels pass through") {
  std::string body = "{}";
  for (int i = 0; i < 200; ++i) {
    body = R"({"query":1,"prefetch":)" + body + "}";
  }
  CHECK(query_of(body).size() > body.size());
}

TEST_CASE("older searches become queries") {
  CHECK(
      request_of(append_search, R"({"vector": {"name": "a", "vector": [1]}, "top": 2})").json ==
      R"({"using":"a","query":{"$dense":0},"limit":2,"with_payload":false,"with_vectors":false})");
  CHECK(
      request_of(append_recommend, R"({"positive": [1], "limit": 2})").json ==
      R"({"query":{"recommend":{"positive":[1]}},"limit":2,"with_payload":false,"with_vectors":false})");
  CHECK(
      request_of(append_discover, R"({"context": [{"positive": 1, "negative": 2}]})").json ==
      R"({"query":{"context":[{"positive": 1, "negative": 2}]},"with_payload":false,"with_vectors":false})");
  CHECK_THROWS_AS(request_of(append_search, "{}"), Failure);
}
