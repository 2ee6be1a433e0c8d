// posix_fadvise drops, mincore tells.
#include "ann/os_cache.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace bench {
namespace {

/// Drops one file; adds to the counts of its pages and of those that stay.
void drop(const std::string& path, std::size_t& pages, std::size_t& cached) {
  const int file = open(path.c_str(), O_RDONLY);
  if (file < 0) {
    return;
  }
  struct stat status;
  if (fstat(file, &status) == 0 && status.st_size > 0) {
    fdatasync(file);  // only clean pages can be dropped
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    const auto size = static_cast<std::size_t>(status.st_size);
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> resident((size + page - 1) / page);
    void* map = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    if (map != MAP_FAILED) {
      mincore(map, size, resident.data());
      munmap(map, size);
    }
    pages += resident.size();
    cached += static_cast<std::size_t>(std::count_if(resident.begin(), resident.end(),
                                                     [](unsigned char bits) { return bits & 1; }));
  }
  close(file);
}

}  // namespace

double drop_os_cache(const std::string& directory) {
  std::size_t pages = 0, cached = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, error)) {
    if (entry.is_regular_file()) {
      drop(entry.path().string(), pages, cached);
    }
  }
  return pages == 0 ? 1 : static_cast<double>(cached) / static_cast<double>(pages);
}

}  // namespace bench
