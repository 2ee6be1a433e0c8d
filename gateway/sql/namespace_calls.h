// Calls of vecext's functions that administer namespaces: tenants of the database.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pool/statement.h"

namespace vecext::gateway::sql {

/// What vecext.create_namespace takes. `quotas` and `metadata` are objects of JSON.
struct NewNamespace {
  std::string id;
  std::optional<std::string> name;
  std::string tier = "free";
  std::optional<std::string_view> quotas;  // in place of those of the tier
  std::string_view metadata = "{}";
};

/// Returns rows (jsonb).
Call list_namespaces();
/// Return one row (jsonb): the namespace.
Call create_namespace(const NewNamespace& made);
Call get_namespace(std::string_view id);
Call update_namespace_quotas(std::string_view id, std::string_view quotas);
Call update_namespace_status(std::string_view id, std::string_view status);
Call update_namespace_tier(std::string_view id, std::string_view tier);
Call update_namespace_metadata(std::string_view id, std::string_view metadata);
/// Returns one row (bool): false if the namespace is to be removed later.
Call delete_namespace(std::string_view id, bool force);
/// Return one row (jsonb): what a namespace uses, and what all of them do.
Call namespace_stats(std::string_view id);
Call aggregate_stats();

}  // namespace vecext::gateway::sql
