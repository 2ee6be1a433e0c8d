// Text search parsers of vecext: those of core/token/segments, as the server calls them.
#pragma once

#include <optional>

#include "core/token/segments.h"
#include "pg/sys/pg.h"

extern "C" {
#include "tsearch/ts_cache.h"
}

namespace vecext::pg {

/// The token type of what lies between words, for the server's default parser and those of vecext.
constexpr int kBlankToken = 12;

/// How a parser cuts texts, if it is one of vecext.
std::optional<Segmentation> segmentation_of(const TSParserCacheEntry& parser);

}  // namespace vecext::pg
