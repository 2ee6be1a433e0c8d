// The text search parsers of vecext: those of core/token/segments, in the form that the server
// calls.
#pragma once

#include <optional>

#include "core/token/segments.h"
#include "pg/sys/pg.h"

extern "C" {
#include "tsearch/ts_cache.h"
}

namespace vecext::pg {

/// The token type of what lies between words, in the server's default parser and in those of
/// vecext.
constexpr int kBlankToken = 12;

/// Returns how a parser cuts texts, if it is a parser of vecext.
std::optional<Segmentation> segmentation_of(const TSParserCacheEntry& parser);

}  // namespace vecext::pg
