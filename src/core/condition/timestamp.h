// Times in documents and filters.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext {

/// Reads a time as RFC 3339 writes it, and as Qdrant also reads it: an offset without colon or
/// minutes, a blank for T and before the offset, UTC for Z, no seconds, a date alone, blanks in
/// front. Without an offset it is UTC. Returns false, with *microseconds unchanged, if the text is
/// no such time. *microseconds are since 2000-01-01 00:00 UTC; what is finer is dropped.
bool parse_timestamp(std::string_view text, std::int64_t* microseconds);

}  // namespace vecext
