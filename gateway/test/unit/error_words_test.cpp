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
  return words_of(error, kind_of(error), "films", "body");
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
  CHECK(words("54000", "payload_index", "films", "k") ==
        "Index required but not found for \"k\". Help: Create an index supporting `match` for this "
        "key.");
  CHECK(words("54000", "max_query_limit 30 > 15")
            .starts_with("Limit exceeded 30 > 15 for \"limit\""));
  CHECK(words("42P01", "collection", "x") == "Collection x not found");
  CHECK(words("42P01", "collection", "films") == "Collection `films` doesn't exist!");
  CHECK(words("42P01", "alias", "x") == "Alias x does not exist");
  CHECK(words("42P07", "collections_name_key", "x") == "Collection `x` already exists!");
}

TEST_CASE("formulas without a value") {
  const auto sentence = [](std::string state, std::string message) {
    const SqlError error(std::move(state), std::move(message), {});
    return words_of(error, kind_of(error), "films", "body");
  };
  CHECK(sentence("22003", "value of a formula is not finite")
            .ends_with("produced a non-finite number"));
  for (const char* message : {"a point has no value at \"a\", and the formula has no default",
                              "the value of a point at \"a\" is not a number"}) {
    CHECK(sentence("22023", message) ==
          "Expected another value in the payload and/or in the formula defaults. Error: " +
              std::string(message));
  }
}

TEST_CASE("other errors keep their message") {
  CHECK(words("54000", "max_points_count 3 > 2") == "Max points count limit of 2 reached!");
  CHECK(words("54000", "condition_max_size 3 > 2") == "Condition size limit reached (3 > 2)");
  CHECK(words("54000", "sparse_max_length 3 > 2", "films", "words") ==
        "Sparse vector 'words' has a limit of 2 indices, but 3 were provided!");
  CHECK(words("22023", "") == "message");
  CHECK(words("XX000", "") == "message");
  CHECK(words("42P01", "", "") == "message");
  CHECK(words("42P07", "", "") == "message");  // a table that is not a collection
}

TEST_CASE("an SQLSTATE has a kind") {
  CHECK(kind("2BP01") == FailureKind::kBadInput);
  CHECK(kind("22003") == FailureKind::kBadInput);
  CHECK(kind("57P01") == FailureKind::kUnavailable);
  CHECK(kind("XX000") == FailureKind::kInternal);
}

TEST_CASE("errors about a namespace") {
  const auto of_rule = [](const char* state, const char* rule) {
    return kind_of(SqlError(state, "", {.rule = rule, .collection = "", .part = ""}));
  };
  CHECK(of_rule("42704", "namespace") == FailureKind::kNotFound);
  CHECK(of_rule("42710", "namespace") == FailureKind::kAlreadyExists);
  CHECK(kind("42939") == FailureKind::kBadInput);
  CHECK(of_rule("25006", "namespace_status") == FailureKind::kForbidden);
  CHECK(of_rule("53400", "max_vectors 11 > 10") == FailureKind::kOverQuota);
  CHECK(of_rule("53400", "max_batch_size 3 > 2") == FailureKind::kOverQuota);
  CHECK(of_rule("53400", "max_requests_per_second 10") == FailureKind::kTooOften);
  CHECK(of_rule("53400", "max_concurrent_queries 3 > 2") == FailureKind::kTooOften);
  CHECK(words("53400", "max_vectors 11 > 10") == "message");
  CHECK(words("42710", "namespace") == "message");
  CHECK(may_succeed_later(FailureKind::kTooOften));
  CHECK_FALSE(may_succeed_later(FailureKind::kOverQuota));
}

TEST_CASE("only vecext says that something does not exist") {
  // PostgreSQL's own are about types or temporary files.
  CHECK(kind("42704") == FailureKind::kInternal);
  CHECK(kind("42710") == FailureKind::kInternal);
  CHECK(kind("53400") == FailureKind::kInternal);
  for (const char* state : {"42P01", "P0002"}) {
    CHECK(kind(state) == FailureKind::kInternal);
    CHECK(kind_of(SqlError(state, "", {.rule = "collection", .collection = "a", .part = ""})) ==
          FailureKind::kNotFound);
  }
}

TEST_CASE("what another transaction has changed meanwhile is tried again") {
  const auto is_tried_again = [](const char* state, const char* rule, bool was_long = false) {
    return SqlError(state, "", {.rule = rule, .collection = "", .part = ""})
        .is_to_be_tried_again(was_long);
  };
  for (const char* state :
       {"40001", "40P01", "42P01", "42809", "XX000", "2BP01", "26000", "P0002", "42P07"}) {
    CHECK(is_tried_again(state, ""));
  }
  CHECK(is_tried_again("23505", "collection_vectors_pkey"));
  CHECK(!is_tried_again("23505", ""));
  CHECK(!is_tried_again("42P01", "collection"));
  CHECK(!is_tried_again("22000", ""));
  CHECK(!is_tried_again("XX000", "", true));
  CHECK(is_tried_again("40001", "", true));
}

TEST_CASE("what Qdrant refuses before it runs a request") {
  const SqlError alike("22023", "multi-vector must have at least 1 vector", {});
  CHECK(kind_of(alike) == FailureKind::kBadInput);  // it is not said of a point
  const SqlError filter("22023", "invalid filter: condition has no test of its key", {});
  CHECK(kind_of(filter) == FailureKind::kValidation);
  CHECK(words_of(filter, FailureKind::kValidation, "films", "JSON body") ==
        "Validation error in JSON body: [: At least one field condition must be specified]");
  CHECK(words_of(filter, FailureKind::kValidation, "films", "body")
            .starts_with("Validation error in body: ["));
  CHECK(kind_of(SqlError("42P07", "taken",
                         {.rule = "collection_aliases_pkey", .collection = "", .part = ""})) ==
        FailureKind::kBadInput);
}
