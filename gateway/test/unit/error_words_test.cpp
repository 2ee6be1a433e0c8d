// What errors of the server become.
#include "service/error_words.h"

#include <doctest/doctest.h>

using namespace vecext::gateway;

namespace {

std::string words(std::string state, std::string rule, std::string collection = "films",
                  std::string part = "") {
  const SqlError error(
      std::move(state), "message",
      {.rule = std::move(rule), .collection = std::move(collection), .part = std::move(part)});
  return words_of(error, kind_of(error), "films");
}

FailureKind kind(std::string state) {
  return kind_of(SqlError(std::move(state), "", {}));
}

}  // namespace

TEST_CASE("a rule is taken apart") {
  const BrokenRule bound = read_rule("search_max_oversampling 2.5 > 1.5");
  CHECK(bound.name == "search_max_oversampling");
  CHECK(bound.given == "2.5");
  CHECK(bound.allowed == "1.5");
  CHECK(read_rule("dimensions 3 <> 4").allowed == "4");
  CHECK(read_rule("point a b").given == "a b");
  CHECK(read_rule("point ").given.empty());
  CHECK(read_rule("vector").name == "vector");
  CHECK(read_rule("").name.empty());
}

TEST_CASE("sentences that clients look for") {
  CHECK(words("22000", "dimensions 3 <> 4", "", "a") ==
        "Vector dimension error: expected dim: 4, got 3");
  CHECK(words("42703", "vector", "films", "a") == "Not existing vector name error: a");
  CHECK(words("P0002", "point 7") == "No point with id 7 found");
  CHECK(words("54000", "payload_index", "films", "k")
            .starts_with("Index required but not found for \"k\""));
  CHECK(words("54000", "max_query_limit 30 > 15")
            .starts_with("Limit exceeded 30 > 15 for \"limit\""));
  CHECK(words("42P01", "collection", "x") == "Collection x not found");
  CHECK(words("42P01", "collection", "films") == "Collection `films` doesn't exist!");
  CHECK(words("42P01", "alias", "x") == "Alias x does not exist");
  CHECK(words("42P01", "", "") == "Collection `films` doesn't exist!");
  CHECK(words("42P07", "collections_name_key", "collections") ==
        "Collection `films` already exists!");
}

TEST_CASE("other errors keep their message") {
  CHECK(words("54000", "max_points_count 3 > 2") == "message");
  CHECK(words("22023", "") == "message");
  CHECK(words("XX000", "") == "message");
}

TEST_CASE("an SQLSTATE has a kind") {
  CHECK(kind("42P01") == FailureKind::kNotFound);
  CHECK(kind("22003") == FailureKind::kBadInput);
  CHECK(kind("57P01") == FailureKind::kUnavailable);
  CHECK(kind("XX000") == FailureKind::kInternal);
}
