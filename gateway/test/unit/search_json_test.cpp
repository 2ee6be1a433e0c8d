// What searches of Qdrant's clients become.
#include "wire/rest/search_json.h"

#include <doctest/doctest.h>

#include "base/failure.h"

using namespace vecext::gateway;
using namespace vecext::gateway::rest;

namespace {

std::string query_of(const std::string& body, Payload payload = Payload::kIfAsked) {
  return request_of_query(JsonObject::parse(body, "body"), payload);
}

}  // namespace

TEST_CASE("members pass through, defaults are Qdrant's") {
  CHECK(
      query_of(
          R"({"query": [1, 2.50], "limit": 3, "using": "a", "shard_key": "x", "filter": null})") ==
      R"({"query":[1, 2.50],"limit":3,"using":"a","with_payload":false,"with_vectors":false})");
  CHECK(query_of(R"({"with_payload": ["a"], "with_vector": true})") ==
        R"({"with_payload":["a"],"with_vectors":true})");
  CHECK(query_of("{}", Payload::kUnlessRefused) == R"({"with_payload":true,"with_vectors":false})");
}

TEST_CASE("marginal relevance chooses from as many points as it returns") {
  const std::string request =
      query_of(R"({"query": {"nearest": [1], "mmr": {"diversity": 0.5}}, "limit": 7})");
  CHECK(request.find(R"({"nearest":[1],"mmr":{"diversity":0.5,"candidates_limit":7}})") !=
        std::string::npos);
  const std::string given = R"({"nearest": [1], "mmr": {"candidates_limit": 9}})";
  CHECK(query_of(R"({"query": )" + given + "}").find(given) != std::string::npos);
}

TEST_CASE("names of other collections are quoted, in prefetches, too") {
  const std::string request = query_of(
      R"({"lookup_from": {"collection": "a.b", "vector": null}, "with_lookup": "c\"d",)"
      R"( "prefetch": [{"query": 1, "lookup_from": {"collection": "e"}}, {"prefetch": {"query": 2}}]})");
  CHECK(request.find(R"("lookup_from":{"collection":"\"a.b\""})") != std::string::npos);
  CHECK(request.find(R"("with_lookup":"\"c\"\"d\"")") != std::string::npos);
  CHECK(
      request.find(
          R"("prefetch":[{"query":1,"lookup_from":{"collection":"\"e\""}},{"prefetch":{"query":2}}])") !=
      std::string::npos);
}

TEST_CASE("prefetches beyond all levels pass through") {
  std::string body = "{}";
  for (int i = 0; i < 200; ++i) {
    body = R"({"prefetch":)" + body + "}";
  }
  CHECK(query_of(body).size() > body.size());
}

TEST_CASE("older searches become queries") {
  const auto parsed = [](const char* body) { return JsonObject::parse(body, "body"); };
  CHECK(request_of_search(parsed(R"({"vector": {"name": "a", "vector": [1]}, "top": 2})"),
                          Payload::kIfAsked) ==
        R"({"using":"a","query":[1],"limit":2,"with_payload":false,"with_vectors":false})");
  CHECK(
      request_of_recommend(parsed(R"({"positive": [1], "limit": 2})"), Payload::kIfAsked) ==
      R"({"query":{"recommend":{"positive":[1]}},"limit":2,"with_payload":false,"with_vectors":false})");
  CHECK(
      request_of_discover(parsed(R"({"context": [{"positive": 1, "negative": 2}]})"),
                          Payload::kIfAsked) ==
      R"({"query":{"context":[{"positive": 1, "negative": 2}]},"with_payload":false,"with_vectors":false})");
  CHECK_THROWS_AS(request_of_search(parsed("{}"), Payload::kIfAsked), Failure);
}
