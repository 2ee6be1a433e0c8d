// The first searches of a server, and searches with less memory than data.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/dataset.h"
#include "common/searcher.h"

namespace bench {

/// Restarts the servers with `restart` (see Options) twice, without their files in the operating
/// system's cache as far as that lets us: with the shared_buffers they have, and with a tenth of
/// what the index takes; then again with what they had. Each time the first 200 queries are timed,
/// and all thereafter, at `setting`. Every connection is lost. Two rows for print_rows.
nlohmann::ordered_json cold(const Variant& variant, const std::string& conninfo,
                            const std::string& table, const Dataset& data, const Setting& setting,
                            const std::string& restart);

}  // namespace bench
