// Statements of the operator's own, which clients may execute by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/task.h"
#include "service/context.h"

namespace vecext::gateway {

/// Reads the file of statements. It is called before threads start. Throws a Failure kBadInput if
/// the file cannot be read, or is not a file of statements.
void load_statements(const std::string& path);

/// Returns a list of {"name", "parameters", "writes", "statement"}.
Task<std::string> list_statements(Context& context);

/// Returns a list of rows. Throws a Failure kNotFound if there is no such statement, or kBadInput
/// if it has another number of parameters.
Task<std::string> run_statement(Context& context, std::string_view name,
                                const std::vector<RawJson>& parameters);

}  // namespace vecext::gateway
