// The operating system's cache of a server's files.
#pragma once

#include <string>

namespace bench {

/// Writes the files below `directory` out and drops them from the cache, those that this user may
/// read; returns the share of their pages, 0..1, that is cached nevertheless. No other files are
/// touched.
double drop_os_cache(const std::string& directory);

}  // namespace bench
