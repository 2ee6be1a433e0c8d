// Reads times in documents and filters.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext {

/// Reads a time as RFC 3339 writes it, or in a form that Qdrant also reads: the offset without a
/// colon or without minutes, a blank in place of T or before the offset, UTC in place of Z, no
/// seconds, only a date, blanks in front. Also reads times as the server writes them: an offset may
/// have seconds, a year may have more than four digits, and BC may stand at the end. A time without
/// an offset is in UTC. Sets `*microseconds` to the microseconds since 2000-01-01 00:00 UTC,
/// without the fraction of a microsecond. Returns false, and leaves `*microseconds` unchanged, if
/// the text is not such a time, or if the time is out of the server's range.
bool parse_timestamp(std::string_view text, std::int64_t* microseconds);

}  // namespace vecext
