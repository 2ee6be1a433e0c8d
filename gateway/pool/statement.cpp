#include "pool/statement.h"

#include <cstring>

#include "base/big_endian.h"

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
  append_big_endian(bytes_, static_cast<std::uint32_t>(value));
  return close();
}

Arguments& Arguments::boolean(bool value) {
  bytes_ += value ? '\1' : '\0';
  return close();
}

Arguments& Arguments::null() {
  return close(true);
}

Arguments& Arguments::array(const ElementType& type, int count, std::string_view elements) {
  // The number of dimensions, true if an element may be null, the type; of the dimension its length
  // and its first subscript.
  append_big_endian(bytes_, count == 0 ? 0u : 1u);
  append_big_endian(bytes_, std::uint32_t{1});
  arrays_.push_back({&type, size(), bytes_.size()});
  append_big_endian(bytes_, std::uint32_t{0});
  if (count > 0) {
    append_big_endian(bytes_, static_cast<std::uint32_t>(count));
    append_big_endian(bytes_, std::uint32_t{1});
    bytes_ += elements;
  }
  close();
  set_type(arrays_.back(), type.oids);
  return *this;
}

void Arguments::set_type(const Array& array, TypeOids oids) {
  const std::uint32_t bits = to_big_endian(static_cast<std::uint32_t>(oids.type));
  std::memcpy(bytes_.data() + array.at, &bits, sizeof bits);
  types_[static_cast<std::size_t>(array.argument)] = oids.array;
}

const char* Arguments::value(int i) const {
  return ends_[static_cast<std::size_t>(i)].is_null ? nullptr : bytes_.data() + begin(i);
}

int Arguments::length(int i) const {
  return static_cast<int>(ends_[static_cast<std::size_t>(i)].at - begin(i));
}

Arguments& Arguments::close(bool is_null) {
  ends_.push_back({bytes_.size(), is_null});
  types_.push_back(InvalidOid);
  return *this;
}

}  // namespace vecext::gateway
