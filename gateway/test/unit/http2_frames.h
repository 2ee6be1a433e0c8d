// Frames of HTTP/2 as a client sends them.
#pragma once

#include <cstddef>
#include <string>

namespace vecext::gateway {

inline std::string http2_frame(int kind, int flags, int stream, const std::string& data) {
  std::string text;
  for (const std::size_t byte : {data.size() >> 16, data.size() >> 8, data.size()}) {
    text += static_cast<char>(byte);
  }
  text += static_cast<char>(kind);
  text += static_cast<char>(flags);
  for (const int byte : {stream >> 24, stream >> 16, stream >> 8, stream}) {
    text += static_cast<char>(byte);
  }
  return text + data;
}

/// What a client begins with, and its settings.
inline std::string http2_preface() {
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + http2_frame(4, 0, 0, "");
}

/// The fields of a request: POST, http, /x, host h.
inline const std::string kHttp2Request = "\x83\x86\x04\x02/x\x01\x01h";

}  // namespace vecext::gateway
