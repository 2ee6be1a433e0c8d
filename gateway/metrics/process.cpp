#include "metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace vecext::gateway {

namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t entries_of(const char* folder) {
  std::error_code error;
  std::uint64_t entries = 0;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    ++entries;
  }
  return entries;
}

}  // namespace

ProcessNumbers process_numbers() {
  ProcessNumbers numbers;
  std::uint64_t all_pages = 0;
  std::uint64_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> all_pages >> resident_pages;
  numbers.resident_bytes = resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  numbers.threads = entries_of("/proc/self/task");
  numbers.open_files = entries_of("/proc/self/fd");
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    numbers.most_files = limit.rlim_cur;
  }
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    numbers.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  }
  return numbers;
}

}  // namespace vecext::gateway
