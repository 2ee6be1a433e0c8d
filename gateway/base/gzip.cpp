#include "base/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <new>

#include "base/body_memory.h"
#include "base/failure.h"
#include "base/turn.h"

namespace vecext::gateway {

namespace {

constexpr std::size_t kRoom = 128u << 10;  // bytes that are written before others have their turn
constexpr int kGzipFrame = 15 + 16;        // as zlib counts: the window, and the frame of gzip
constexpr int kAnyFrame = 15 + 32;         // the window, and the frame that is found

[[noreturn]] void refuse(const char* message) {
  throw Failure(FailureKind::kBadJson, message);
}

z_stream stream_of(std::string_view text) {
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in =
      static_cast<uInt>(text.size());  // gzip gives it part by part, and others are below 4 GB
  return stream;
}

struct Inflater {
  explicit Inflater(std::string_view text) : stream(stream_of(text)) {
    if (inflateInit2(&stream, kAnyFrame) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream stream;
};

struct Deflater {
  explicit Deflater(std::string_view text) : stream(stream_of(text)) {
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipFrame, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Deflater() { deflateEnd(&stream); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  z_stream stream;
};

// Calls `code`, inflate or deflate, with room for a part behind what has been written.
template <class F>
int write_part(std::string& out, z_stream& stream, F code) {
  const std::size_t written = out.size();
  out.resize(written + kRoom);
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
  stream.avail_out = kRoom;
  const int state = code();
  out.resize(written + (kRoom - std::min<std::size_t>(stream.avail_out, kRoom)));
  return state;
}

}  // namespace

Task<std::string> inflate(std::string_view text, std::uint64_t limit, HeldBytes& held) {
  Inflater inflater(text);
  z_stream& stream = inflater.stream;
  std::string out;
  while (true) {
    const std::size_t before = out.size();
    const int state = write_part(out, stream, [&] { return ::inflate(&stream, Z_NO_FLUSH); });
    if (out.size() > limit) {
      refuse("Payload exceeds the limit of its size");
    }
    held.grow(out.size() - before);
    if (state == Z_STREAM_END) {
      break;
    }
    if (state != Z_OK || stream.avail_out > 0) {
      refuse("Payload is not compressed as its header says");  // or ends too early
    }
    co_await let_others_run();
  }
  if (stream.avail_in > 0) {
    refuse("Payload is not compressed as its header says");
  }
  co_return out;
}

Task<std::string> gzip(std::string_view text) {
  Deflater deflater(text);
  z_stream& stream = deflater.stream;
  std::string out;
  // A part of the input at a time, since much of that may become little.
  for (std::size_t left = text.size();;) {
    const std::size_t part = std::min(left, kRoom);
    left -= part;
    stream.avail_in = static_cast<uInt>(part);
    do {
      write_part(out, stream,
                 [&] { return ::deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH); });
    } while (stream.avail_out == 0);
    if (left == 0) {
      break;
    }
    co_await let_others_run();
  }
  co_return out;
}

}  // namespace vecext::gateway
