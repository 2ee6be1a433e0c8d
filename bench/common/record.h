// What a run has measured so far: JSON that is kept as it grows, and what is printed of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/items.h"

namespace bench {

class Record {
 public:
  /// `path` is the file of the results; empty: none.
  explicit Record(std::string path) : path_(std::move(path)) {}

  nlohmann::ordered_json& operator[](const char* key) { return out_[key]; }
  const nlohmann::ordered_json& json() const { return out_; }

  /// Does a part of the run and notes its seconds; what there is then lies in the file.
  template <typename Work>
  void phase(const char* name, Work&& work) {
    out_["phases"][name] = milliseconds(work) / 1e3;
    write();
  }

  /// Keeps and prints rows under a heading.
  void report(const char* key, const char* title, nlohmann::ordered_json rows);

  /// Notes the machine's load averages; for the begin and the end of a run.
  void note_load();

  /// Prints the phases and the load, and writes the file for the last time.
  void finish();

  /// Throws std::runtime_error where the file cannot be written.
  void write() const;

 private:
  std::string path_;
  nlohmann::ordered_json out_;
};

}  // namespace bench
