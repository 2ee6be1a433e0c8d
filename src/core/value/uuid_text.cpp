#include "core/value/uuid_text.h"

namespace vecext {

namespace {

constexpr std::size_t kDigits = 32;
constexpr std::size_t kHyphenated = 36;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const int letter = c | 0x20;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

}  // namespace

bool read_uuid(std::string_view text, std::uint8_t bytes[16]) {
  constexpr std::string_view kUrn = "urn:uuid:";
  if (text.starts_with(kUrn)) {
    text.remove_prefix(kUrn.size());
    if (text.size() != kHyphenated) {
      return false;
    }
  } else if (text.size() == kHyphenated + 2 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, kHyphenated);
  }
  if (text.size() != kDigits && text.size() != kHyphenated) {
    return false;
  }
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_hyphen = text.size() == kHyphenated && (i == 8 || i == 13 || i == 18 || i == 23);
    if (is_hyphen) {
      if (text[i] != '-') {
        return false;
      }
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) {
      return false;
    }
    const int high = digits % 2 == 0 ? 0 : bytes[digits / 2] << 4;
    bytes[digits / 2] = static_cast<std::uint8_t>(high | digit);
    ++digits;
  }
  return true;
}

void print_uuid(const std::uint8_t bytes[16], char text[kUuidText]) {
  constexpr char kHex[] = "0123456789abcdef";
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      *text++ = '-';
    }
    *text++ = kHex[bytes[i] >> 4];
    *text++ = kHex[bytes[i] & 15];
  }
}

}  // namespace vecext
