#include "pool/statement.h"

namespace vecext::gateway {

Arguments& Arguments::text(std::string_view value) {
  bytes_ += value;
  return close();
}

Arguments& Arguments::json(std::string_view value) {
  bytes_ += '\1';  // the version of jsonb's binary form
  bytes_ += value;
  return close();
}

Arguments& Arguments::int32(std::int32_t value) {
  const auto bits = static_cast<std::uint32_t>(value);
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes_ += static_cast<char>(bits >> shift);
  }
  return close();
}

Arguments& Arguments::boolean(bool value) {
  bytes_ += value ? '\1' : '\0';
  return close();
}

Arguments& Arguments::null() {
  return close(true);
}

const char* Arguments::value(int i) const {
  return ends_[static_cast<std::size_t>(i)].is_null ? nullptr : bytes_.data() + begin(i);
}

int Arguments::length(int i) const {
  return static_cast<int>(ends_[static_cast<std::size_t>(i)].at - begin(i));
}

Arguments& Arguments::close(bool is_null) {
  ends_.push_back({bytes_.size(), is_null});
  return *this;
}

}  // namespace vecext::gateway
