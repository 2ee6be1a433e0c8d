// The text search parsers of vecext. They are the segmentations of core/token/segments, as
// functions that the server calls.
#pragma once

#include <optional>

#include "core/token/segments.h"
#include "pg/sys/pg.h"

extern "C" {
#include "tsearch/ts_cache.h"
}

namespace vecext::pg {

/// The type of the tokens that lie between words. It has this number in the server's default parser
/// and in the parsers of vecext.
constexpr int kBlankToken = 12;

/// Returns the segmentation that a parser uses, or nothing if it is not a parser of vecext.
std::optional<Segmentation> segmentation_of(const TSParserCacheEntry& parser);

}  // namespace vecext::pg
