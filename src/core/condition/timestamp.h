// Times in documents and filters.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext {

/// Reads a time as RFC 3339 writes it, and as Qdrant also reads it: an offset without colon or
/// minutes, a blank for T and before the offset, UTC for Z, no seconds, a date alone, blanks in
/// front. As the server writes times, an offset may have seconds, a year more than four digits, and
/// BC may stand at the end. Without an offset it is UTC. Returns false, with *microseconds
/// unchanged, if the text is not such a time, or of one that the server does not have.
/// *microseconds are since 2000-01-01 00:00 UTC; what is finer is dropped.
bool parse_timestamp(std::string_view text, std::int64_t* microseconds);

}  // namespace vecext
