// Texts that are compressed by zlib.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/task.h"

namespace vecext::gateway {

class HeldBytes;

/// Decompresses a text in a frame of gzip or of zlib. Lets other coroutines of the loop run in
/// between. What comes of it is added to `held`. Throws a Failure kBadJson if it is not compressed
/// so, or if more than `limit` bytes come of it, and kUnavailable if `held` cannot grow so far.
Task<std::string> inflate(std::string_view text, std::uint64_t limit, HeldBytes& held);

/// Compresses a text, in a frame of gzip. Lets other coroutines of the loop run in between.
Task<std::string> gzip(std::string_view text);

}  // namespace vecext::gateway
