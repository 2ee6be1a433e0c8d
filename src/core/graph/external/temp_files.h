// Temporary files for core. The server gives its own files; tests give memory.
//
// The functions may leave by longjmp, and are called only from the thread that builds the graph.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/status.h"

namespace vecext {

struct TempFiles {
  void* context;
  std::size_t file_bytes;  // bytes of memory for each file
  /// Makes a file, which lives no longer than `context`. Returns null if that is not possible.
  void* (*make)(void* context);
  /// Appends n bytes. Once a file has been read from, nothing is appended to it any more.
  Status (*append)(void* file, const void* bytes, std::size_t n);
  /// Reads n bytes from byte `from` on, which must exist.
  Status (*read)(void* file, std::uint64_t from, void* bytes, std::size_t n);
  void (*drop)(void* file);
};

/// Records of one size in a file. The file is made when the first record is appended.
class TempFile {
 public:
  void init(const TempFiles* temp_files, std::size_t record) {
    temp_files_ = temp_files;
    record_ = record;
    file_ = nullptr;
    count_ = 0;
  }

  std::size_t record() const { return record_; }
  std::uint32_t count() const { return count_; }

  Status append(const std::byte* records, std::uint32_t n) {
    if (n == 0) {
      return {};
    }
    if (file_ == nullptr && (file_ = temp_files_->make(temp_files_->context)) == nullptr) {
      return out_of_memory();
    }
    count_ += n;
    return temp_files_->append(file_, records, n * record_);
  }
  Status read(std::uint32_t first, std::uint32_t n, std::byte* records) const {
    return n == 0 ? Status{} : temp_files_->read(file_, first * record_, records, n * record_);
  }
  void drop() {
    if (file_ != nullptr) {
      temp_files_->drop(file_);
    }
    init(temp_files_, record_);
  }

 private:
  const TempFiles* temp_files_;
  std::size_t record_;
  void* file_;
  std::uint32_t count_;
};

}  // namespace vecext
