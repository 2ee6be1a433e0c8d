// Sampling of /proc, and of the segments in /dev/shm.
#include "common/memory.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace bench {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kInterval(10);
constexpr int kLooksPerSearchForWorkers = 25;
/// Memory grows by that much before the phase is asked for again: that costs a query.
constexpr double kNotableMegabytes = 1;

/// What the dynamic shared memory of all servers occupies, in MB: the server reserves a segment as
/// a whole when it makes it.
double shared_megabytes() {
  double bytes = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", error)) {
    struct stat status;
    const bool ours = entry.path().filename().string().starts_with("PostgreSQL.");
    if (ours && stat(entry.path().c_str(), &status) == 0) {
      bytes += 512 * static_cast<double>(status.st_blocks);
    }
  }
  return bytes / 1e6;
}

}  // namespace

double private_megabytes(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    if (word != "RssAnon:") {
      continue;
    }
    double kibibytes = 0;
    status >> kibibytes;
    return kibibytes * 1024 / 1e6;
  }
  return 0;
}

MemoryWatch::MemoryWatch(int backend, Server& monitor)
    : backend_(backend), monitor_(monitor), shared_at_start_(shared_megabytes()) {
  if (backend_ != 0) {
    thread_ = std::jthread([this](const std::stop_token& stopped) { watch(stopped); });
  }
}

Peak MemoryWatch::stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  return peak_;
}

void MemoryWatch::watch(const std::stop_token& stopped) {
  const auto start = std::chrono::steady_clock::now();
  for (int looks = 0; !stopped.stop_requested(); ++looks) {
    if (looks % kLooksPerSearchForWorkers == 0) {
      find_workers();
    }
    look(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    std::this_thread::sleep_for(kInterval);
  }
}

void MemoryWatch::look(double seconds) {
  double megabytes = private_megabytes(backend_);
  for (const int worker : workers_) {
    megabytes += private_megabytes(worker);
  }
  peak_.shared_megabytes = std::max(peak_.shared_megabytes, shared_megabytes() - shared_at_start_);
  if (megabytes <= peak_.private_megabytes) {
    return;
  }
  peak_.private_megabytes = megabytes;
  peak_.at_seconds = seconds;
  if (megabytes < asked_at_ + kNotableMegabytes) {
    return;
  }
  asked_at_ = megabytes;
  peak_.phase = phase();
}

std::string MemoryWatch::phase() {
  const auto phases = monitor_.column(
      "SELECT phase FROM pg_stat_progress_create_index WHERE pid = " + std::to_string(backend_));
  return phases.empty() ? "" : phases[0];
}

void MemoryWatch::find_workers() {
  workers_.clear();
  for (const auto& pid : monitor_.column("SELECT pid FROM pg_stat_activity WHERE leader_pid = " +
                                         std::to_string(backend_))) {
    workers_.push_back(std::stoi(pid));
  }
}

}  // namespace bench
