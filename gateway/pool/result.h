// Rows that a statement returned, as the server sent them in binary.
#pragma once

#include <libpq-fe.h>

#include <bit>
#include <cstdint>
#include <memory>
#include <string_view>

namespace vecext::gateway {

/// Owns the rows of one statement. Texts point into it.
class Result {
 public:
  explicit Result(PGresult* rows) : rows_(rows) {}

  int size() const { return PQntuples(rows_.get()); }
  bool is_null(int row, int column) const { return PQgetisnull(rows_.get(), row, column) != 0; }

  /// Returns the bytes of a text; empty if the column is null.
  std::string_view text(int row, int column) const {
    return {PQgetvalue(rows_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(rows_.get(), row, column))};
  }
  /// Returns the text of a jsonb, whose binary form is a version and that text; empty if the
  /// column is null.
  std::string_view json(int row, int column) const {
    const std::string_view bytes = text(row, column);
    return bytes.empty() ? bytes : bytes.substr(1);
  }
  std::int64_t int64(int row, int column) const {
    return static_cast<std::int64_t>(big_endian(text(row, column)));
  }
  std::int32_t int32(int row, int column) const {
    return static_cast<std::int32_t>(big_endian(text(row, column)));
  }
  double float8(int row, int column) const {
    return std::bit_cast<double>(big_endian(text(row, column)));
  }
  bool boolean(int row, int column) const { return text(row, column) == std::string_view("\1", 1); }

 private:
  static std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) {
      value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
  }

  struct Clear {
    void operator()(PGresult* rows) const { PQclear(rows); }
  };
  std::unique_ptr<PGresult, Clear> rows_;
};

}  // namespace vecext::gateway
