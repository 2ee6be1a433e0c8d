// Files of statements that clients may execute by name.
#include "sql/named_statements.h"

#include <doctest/doctest.h>

#include "base/failure.h"
#include "service/statements.h"

using namespace vecext::gateway;
using namespace vecext::gateway::sql;

namespace {

std::string refusal_of(const char* text) {
  try {
    NamedStatements statements(text);
  } catch (const Failure& failure) {
    return failure.message();
  }
  return "";
}

}  // namespace

TEST_CASE("a file has statements by name") {
  const NamedStatements statements(
      "-- Of the shop.\n\n"
      "-- name: top\nSELECT $2::int,\n  '-- name' FROM t WHERE a = $1;\n\n"
      "-- name: add write\r\nINSERT INTO t VALUES (1) RETURNING a -- the new one\n");
  REQUIRE(statements.all().size() == 2);
  const NamedStatement* top = statements.find("top");
  REQUIRE(top != nullptr);
  CHECK(top->text == "SELECT $2::int,\n  '-- name' FROM t WHERE a = $1");
  CHECK(top->statement.text_parameters == 2);
  CHECK_FALSE(top->is_write);
  CHECK(std::string(top->statement.name) == "named_top");
  const NamedStatement* add = statements.find("add");
  REQUIRE(add != nullptr);
  CHECK(add->is_write);
  CHECK(add->statement.text_parameters == 0);
  // A comment at its end does not swallow what follows.
  CHECK(std::string(add->statement.text) ==
        "WITH answer AS (INSERT INTO t VALUES (1) RETURNING a -- the new one\n) SELECT "
        "pg_catalog.row_to_json(answer)::text FROM answer");
  CHECK(statements.find("other") == nullptr);
  CHECK(NamedStatements().all().empty());
}

TEST_CASE("faults of a file are said with their lines") {
  CHECK(refusal_of("SELECT 1") == "line 1: a statement begins with a line \"-- name: …\"");
  CHECK(refusal_of("-- name: a b\nSELECT 1") ==
        "line 1: \"write\" is the only word that may follow a name");
  CHECK(refusal_of("-- name: a/b\nSELECT 1") ==
        "line 1: a name has 1 to 48 letters, digits, _ and -");
  CHECK(refusal_of("-- name: a\n-- name: b\nSELECT 1") == "line 2: statement \"a\" is empty");
  CHECK(refusal_of("-- name: a\nSELECT 1\n-- name: a\nSELECT 2") ==
        "line 3: there are two statements \"a\"");
  CHECK(refusal_of("-- name: a\n ; \n") == "line 2: statement \"a\" is empty");
}

TEST_CASE("parameters are texts, whatever they are in JSON") {
  const NamedStatements statements("-- name: a\nSELECT $1, $2, $3, $4");
  const Call call = call_named(*statements.find("a"), {R"("it\u0073")", "[1,2]", "null", "1.50"});
  REQUIRE(call.arguments.size() == 4);
  const auto text = [&](int i) {
    return std::string(call.arguments.value(i), static_cast<std::size_t>(call.arguments.length(i)));
  };
  CHECK(text(0) == "its");
  CHECK(text(1) == "[1,2]");
  CHECK(call.arguments.value(2) == nullptr);
  CHECK(text(3) == "1.50");
}

TEST_CASE("a file of statements that cannot be read") {
  CHECK_THROWS_AS(load_statements("/none"), Failure);
  CHECK_THROWS_AS(load_statements("/tmp"), Failure);
}
