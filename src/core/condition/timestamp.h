// Reads times in documents and filters.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext {

/// Reads a time as RFC 3339 writes it, and also the forms that Qdrant reads: an offset without
/// colon or minutes, a blank in place of T and before the offset, UTC in place of Z, no seconds, a
/// date alone, blanks in front. As in times that the server writes, an offset may have seconds, a
/// year may have more than four digits, and BC may stand at the end. A time without an offset is
/// UTC. Returns false, and leaves *microseconds unchanged, if the text is not such a time, or the
/// server does not have that time. *microseconds are since 2000-01-01 00:00 UTC; smaller parts are
/// dropped.
bool parse_timestamp(std::string_view text, std::int64_t* microseconds);

}  // namespace vecext
