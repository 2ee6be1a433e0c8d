// Reads JSON that the server wrote, without a tree. One document is read at a time.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

namespace vecext::gateway::grpc {

namespace ondemand = simdjson::ondemand;

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) {
    // The library reads a word beyond the end of a text.
    std::string& copy = memory();
    copy.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    copy.assign(text);
    document_ =
        parser().iterate(simdjson::padded_string_view(copy.data(), copy.size(), copy.capacity()));
  }
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  ondemand::document& document() { return document_; }

 private:
  // Their memory is kept from document to document.
  static std::string& memory() {
    thread_local std::string text;
    return text;
  }
  static ondemand::parser& parser() {
    thread_local ondemand::parser parser;
    return parser;
  }

  ondemand::document document_;
};

/// Returns the text of a scalar without the blanks behind it.
inline std::string_view trimmed(std::string_view token) {
  return token.substr(0, token.find_last_not_of(" \n\r\t") + 1);
}

}  // namespace vecext::gateway::grpc
