#include "wire/http/encoding.h"

#include <doctest/doctest.h>

using namespace vecext::gateway;

TEST_CASE("encodings have names") {
  for (const char* name : {"", "identity", " Identity "}) {
    CHECK(encoding_of(name) == Encoding::kIdentity);
  }
  for (const char* name : {"gzip", "GZip", "x-gzip", "deflate"}) {
    CHECK(encoding_of(name) == Encoding::kDeflate);
  }
  for (const char* name : {"br", "zstd", "gzip, gzip", "gzi", "gzipp", "gzip;q=1"}) {
    CHECK_FALSE(encoding_of(name));
  }
  for (const char* header : {"gzip", "br, gzip", "deflate,GZIP ;q=0.1", "gzip;q=1.0, br"}) {
    CHECK(accepts_gzip(header));
  }
  for (const char* header : {"", "br", "gzip;q=0", "gzip; q=0.000", "gzipp", "*", ",,;"}) {
    CHECK_FALSE(accepts_gzip(header));
  }
}
