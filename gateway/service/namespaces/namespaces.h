// Administration of namespaces.
#pragma once

#include <string>
#include <string_view>

#include "base/task.h"
#include "service/context.h"
#include "sql/namespace_calls.h"

namespace vecext::gateway {

using sql::NewNamespace;

/// Returns a list of JSON: all namespaces, each as `get_namespace` has it.
Task<std::string> list_namespaces(Context& context);
/// Return the JSON of a namespace. Throw a Failure kNotFound if it does not exist, but the first,
/// which throws a Failure kAlreadyExists if it does.
Task<std::string> create_namespace(Context& context, const NewNamespace& made);
Task<std::string> get_namespace(Context& context, std::string_view id);
Task<std::string> update_namespace_quotas(Context& context, std::string_view id,
                                          std::string_view quotas);
Task<std::string> update_namespace_status(Context& context, std::string_view id,
                                          std::string_view status);
Task<std::string> update_namespace_tier(Context& context, std::string_view id,
                                        std::string_view tier);
Task<std::string> update_namespace_metadata(Context& context, std::string_view id,
                                            std::string_view metadata);
/// Returns true if the namespace and its points are removed, and false if they are to be later:
/// that is so without `force`.
Task<bool> delete_namespace(Context& context, std::string_view id, bool force);
/// Returns the JSON of what a namespace has and has done.
Task<std::string> namespace_stats(Context& context, std::string_view id);
/// Returns the JSON of what all namespaces have and have done.
Task<std::string> aggregate_stats(Context& context);

}  // namespace vecext::gateway
