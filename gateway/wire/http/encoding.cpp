#include "wire/http/encoding.h"

#include <zlib.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/failure.h"

namespace vecext::gateway {

namespace {

constexpr std::size_t kRoom = 128u << 10;  // bytes that are written before others have their turn
constexpr int kGzipFrame = 15 + 16;        // as zlib counts: the window, and the frame of gzip
constexpr int kAnyFrame = 15 + 32;         // the window, and the frame that is found

[[noreturn]] void refuse(const char* message) {
  throw Failure(FailureKind::kBadJson, message);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  const std::size_t end = text.find_last_not_of(" \t");
  return begin == text.npos ? "" : text.substr(begin, end - begin + 1);
}

bool is_equal(std::string_view text, std::string_view name) {
  return std::ranges::equal(
      text, name, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

bool is_zero(std::string_view quality) {
  return quality.starts_with("q=0") && quality.find_first_not_of("0.", 3) == quality.npos;
}

Task<> let_others_run() {
  const Executor executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable_t<Executor>());
}

z_stream stream_of(std::string_view body) {
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());  // bodies are below 4 GB
  return stream;
}

struct Inflater {
  explicit Inflater(std::string_view body) : stream(stream_of(body)) {
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
  explicit Deflater(std::string_view body) : stream(stream_of(body)) {
    if (deflateInit2(&stream, 1, Z_DEFLATED, kGzipFrame, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
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

std::optional<Encoding> encoding_of(std::string_view header) {
  const std::string_view name = trimmed(header);
  if (name.empty() || is_equal(name, "identity")) {
    return Encoding::kIdentity;
  }
  if (is_equal(name, "gzip") || is_equal(name, "x-gzip") || is_equal(name, "deflate")) {
    return Encoding::kDeflate;
  }
  return std::nullopt;
}

bool accepts_gzip(std::string_view header) {
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    const std::string_view item = header.substr(0, comma);
    const std::size_t semicolon = item.find(';');
    if (is_equal(trimmed(item.substr(0, semicolon)), "gzip")) {
      return semicolon == item.npos || !is_zero(trimmed(item.substr(semicolon + 1)));
    }
    header = comma == header.npos ? "" : header.substr(comma + 1);
  }
  return false;
}

Task<std::string> inflate_body(std::string_view body, std::uint64_t limit) {
  Inflater inflater(body);
  z_stream& stream = inflater.stream;
  std::string out;
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    state = write_part(out, stream, [&] { return inflate(&stream, Z_NO_FLUSH); });
    if (out.size() > limit) {
      refuse("Payload exceeds the limit of its size");
    }
    if (state != Z_STREAM_END && (state != Z_OK || stream.avail_out > 0)) {
      refuse("The body is not compressed as Content-Encoding says");  // or ends too early
    }
    co_await let_others_run();
  }
  if (stream.avail_in > 0) {
    refuse("The body is not compressed as Content-Encoding says");
  }
  co_return out;
}

Task<std::string> gzip_body(std::string_view body) {
  Deflater deflater(body);
  z_stream& stream = deflater.stream;
  std::string out;
  // A part of the input at a time, since much of that may become little.
  for (std::size_t left = body.size();;) {
    const std::size_t part = std::min(left, kRoom);
    left -= part;
    stream.avail_in = static_cast<uInt>(part);
    do {
      write_part(out, stream, [&] { return deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH); });
    } while (stream.avail_out == 0);
    if (left == 0) {
      break;
    }
    co_await let_others_run();
  }
  co_return out;
}

}  // namespace vecext::gateway
