// What the tests of text input share.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/base/status.h"

namespace vecext::test {

/// The text in a buffer of its own size, so that a read past its end is found.
inline std::vector<char> text_buffer(const std::string& text) {
  return {text.c_str(), text.c_str() + text.size() + 1};
}

/// The token that a status names.
inline std::string token(const Status& status) {
  return {status.text, static_cast<std::size_t>(status.length)};
}

/// A syntax error that names the whole of `text`, with that detail or, if null, with none.
inline void check_syntax_error(const Status& status, const std::string& type,
                               const std::vector<char>& text, const char* detail) {
  CAPTURE(text.data());
  CHECK(status.code == StatusCode::kInvalidSyntax);
  CHECK(status.text == text.data());
  CHECK(status.length == -1);
  CHECK(status.type == type);
  if (detail == nullptr) {
    CHECK(status.detail == nullptr);
  } else {
    REQUIRE(status.detail != nullptr);
    CHECK(std::string(status.detail) == detail);
  }
}

}  // namespace vecext::test
