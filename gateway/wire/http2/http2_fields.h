// Headers as nghttp2 takes them.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <vector>

#include "wire/http2/http2.h"

namespace vecext::gateway {

/// The fields point into the headers.
inline std::vector<nghttp2_nv> fields_of(const Http2Headers& headers) {
  std::vector<nghttp2_nv> fields;
  for (const auto& [name, value] : headers) {
    fields.push_back({reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                      reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
                      value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return fields;
}

}  // namespace vecext::gateway
