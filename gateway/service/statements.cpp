#include "service/statements.h"

#include <fstream>
#include <sstream>

#include "service/execute.h"
#include "sql/named_statements.h"

namespace vecext::gateway {

namespace {

// The statements of the file. They are set before threads start, and never change after that.
sql::NamedStatements& offered() {
  static sql::NamedStatements statements;
  return statements;
}

}  // namespace

void load_statements(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  file.peek();  // fails if there is more that cannot be read, as of a directory
  if (!file.is_open() || file.bad()) {
    throw Failure(FailureKind::kBadInput, "cannot read the file of statements \"" + path + "\"");
  }
  try {
    offered() = sql::NamedStatements(text.str());
  } catch (const Failure& failure) {
    throw Failure(failure.kind(), path + ", " + failure.message());
  }
}

Task<std::string> list_statements(Context& context) {
  context.require_global(Access::kRead);
  co_return json_list([](JsonList& list) {
    for (const sql::NamedStatement& statement : offered().all()) {
      list.object([&](JsonWriter& entry) {
        entry.string("name", statement.name);
        entry.integer("parameters", statement.statement.text_parameters);
        entry.boolean("writes", statement.is_write);
        entry.string("statement", statement.text);
      });
    }
  });
}

Task<std::string> run_statement(Context& context, std::string_view name,
                                const std::vector<RawJson>& parameters) {
  context.require_global(Access::kRead);
  const sql::NamedStatement* statement = offered().find(name);
  if (statement == nullptr) {
    throw Failure(FailureKind::kNotFound, "Statement `" + std::string(name) + "` doesn't exist!");
  }
  context.require_global(statement->is_write ? Access::kWrite : Access::kRead);
  const int expected = statement->statement.text_parameters;
  if (parameters.size() != static_cast<std::size_t>(expected)) {
    throw Failure(FailureKind::kBadInput, "Statement `" + std::string(name) + "` has " +
                                              std::to_string(expected) + " parameters, not " +
                                              std::to_string(parameters.size()));
  }
  std::vector<Call> calls;
  if (!statement->is_write) {
    calls.push_back(sql::forbid_writes());
  }
  calls.push_back(sql::call_named(*statement, parameters));
  const std::vector<Result> results = co_await execute(context, std::move(calls), "");
  const Result& rows = results.back();
  co_return json_list([&](JsonList& list) {
    for (int row = 0; row < rows.size(); ++row) {
      list.raw(rows.text(row, 0));
    }
  });
}

}  // namespace vecext::gateway
