#include "gateway/process_time.h"

#include <filesystem>
#include <fstream>

#include "common/server.h"

namespace bench {

double processor_microseconds(int process) {
  double sum = 0;
  std::error_code missing;
  for (const auto& thread :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", missing)) {
    double nanoseconds = 0;
    std::ifstream(thread.path() / "schedstat") >> nanoseconds;
    sum += nanoseconds / 1e3;
  }
  return sum;
}

void Backends::find() {
  processes_.clear();
  for (const std::string& process :
       Server("vecext", conninfo_)
           .column("SELECT pid FROM pg_stat_activity"
                   " WHERE datname = current_database() AND pid <> pg_backend_pid()")) {
    processes_.push_back(std::stoi(process));
  }
}

double Backends::processor_microseconds() const {
  double sum = 0;
  for (const int process : processes_) {
    sum += bench::processor_microseconds(process);
  }
  return sum;
}

}  // namespace bench
