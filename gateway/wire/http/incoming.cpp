#include "wire/http/incoming.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/beast/core/read_size.hpp>

#include "base/failure.h"
#include "base/gzip.h"
#include "wire/http/encoding.h"

namespace vecext::gateway {

std::chrono::seconds limit_of(std::uint64_t bytes, const HttpOptions& options) {
  return options.receive + time_of_bytes(bytes);
}

IncomingRequest::IncomingRequest(Transport& transport, beast::flat_buffer& buffer,
                                 const HttpOptions& options)
    : transport_(transport), buffer_(buffer), options_(options) {
  constexpr std::uint32_t kHeaderLimit = 64u << 10;  // bytes: a token may be long
  parser_.header_limit(kHeaderLimit);
  parser_.body_limit(boost::none);  // until it is known where the body goes
}

// Reads until the parser has the header, or all.
Task<> IncomingRequest::receive(bool is_header, error_code& error) {
  constexpr std::size_t kPart = 64u << 10;   // bytes
  constexpr std::size_t kHeader = 4u << 10;  // bytes, in which a small body comes as well
  const auto is_done = [&] { return is_header ? parser_.is_header_done() : parser_.is_done(); };
  parser_.eager(!is_header);
  bool needs_more = buffer_.size() == 0;
  while (!is_done()) {
    if (needs_more) {
      // Beast's size is that of a small buffer, in which a large body would come in tiny parts.
      const std::size_t least = beast::read_size(buffer_, kPart);
      const std::size_t wanted =
          is_header ? kHeader : parser_.content_length_remaining().value_or(kPart);
      const auto room = buffer_.prepare(std::clamp(wanted, least, kPart));
      const std::size_t size = co_await transport_.read_some(room, error);
      buffer_.commit(size);
      if (error == asio::error::eof) {
        error = http::error::end_of_stream;
        if (parser_.got_some()) {
          error.clear();
          parser_.put_eof(error);  // which is an error, too, if the request is not at its end
        }
      }
      if (error || is_done()) {
        co_return;
      }
    }
    const std::size_t before = message().body().text.size();
    buffer_.consume(parser_.put(buffer_.data(), error));
    if (!held_.try_grow(message().body().text.size() - before)) {
      error = http::error::bad_alloc;
    }
    needs_more = error == http::error::need_more;
    if (needs_more) {
      error.clear();
    } else if (error) {
      co_return;
    }
    needs_more = needs_more || buffer_.size() == 0;
  }
}

Task<> IncomingRequest::read_header(error_code& error) {
  transport_.limit_time(options_.idle);
  co_await receive(true, error);
  arrived_ = std::chrono::steady_clock::now();
  // The length of a body in another coding is not known.
  const beast::string_view coding = message()[http::field::transfer_encoding];
  if (!error && !coding.empty() && !beast::iequals(coding, "chunked")) {
    error = http::error::bad_transfer_encoding;
  }
}

// Reads a body of at most so many bytes, in the time for as many as are said or expected.
Task<> IncomingRequest::receive_body(std::uint64_t most_bytes, std::uint64_t expected) {
  const std::uint64_t said = parser_.content_length_remaining().value_or(expected);
  if (parser_.content_length_remaining() && said > most_bytes) {
    error_ = http::error::body_limit;
  }
  parser_.body_limit(most_bytes);
  transport_.limit_time(limit_of(std::min(said, most_bytes), options_));
  if (!error_ && is_expected()) {
    constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
    const std::array<asio::const_buffer, 2> parts = {asio::buffer(kGoOn), asio::const_buffer()};
    co_await transport_.write(parts, error_);
  }
  if (!error_) {
    co_await receive(false, error_);
  }
  arrived_ = std::chrono::steady_clock::now();
  if (error_ == http::error::bad_alloc) {
    parser_.get().body().text = {};  // what is left of it may take a while to come
    held_.shrink(held_.bytes());
    throw out_of_body_memory();
  }
  if (message().body().has_failed) {
    throw Failure(FailureKind::kOutOfSpace, "The body of the request cannot be kept");
  }
  if (error_) {
    throw Failure(FailureKind::kBadJson, error_ == http::error::body_limit
                                             ? "Payload exceeds the limit of its size"
                                             : "The body of the request cannot be read");
  }
}

Task<> IncomingRequest::read_into(const BodyFile& file) {
  constexpr std::uint64_t kExpected = 1u << 30;  // bytes of a body whose length is not said
  if (encoding_of(view(message()[http::field::content_encoding])) != Encoding::kIdentity) {
    throw Failure(FailureKind::kBadInput, "A body that goes to a file must not be compressed");
  }
  IncomingBody::value_type& body = parser_.get().body();
  error_code error;
  body.file.open(file.path.c_str(), beast::file_mode::write, error);
  if (error) {
    throw Failure(FailureKind::kOutOfSpace, "The body of the request cannot be kept");
  }
  if (!parser_.is_done()) {
    co_await receive_body(file.most_bytes, kExpected);
  }
  body.file.close(error);
}

Task<std::string_view> IncomingRequest::read() {
  if (!parser_.is_done()) {
    co_await receive_body(options_.body_limit, 0);
  }
  const std::string& body = message().body().text;
  const auto encoding = encoding_of(view(message()[http::field::content_encoding]));
  if (encoding == Encoding::kIdentity || body.empty()) {
    co_return body;
  }
  if (inflated_.empty()) {
    inflated_ = co_await inflate(body, options_.body_limit, held_);
  }
  co_return inflated_;
}

Task<bool> IncomingRequest::pass_over() {
  constexpr std::uint64_t kLittle = 64u << 10;  // bytes
  const auto left = parser_.content_length_remaining();
  if (!parser_.is_done() && !error_ && !is_expected() && left && *left <= kLittle) {
    transport_.limit_time(options_.receive);
    co_await receive(false, error_);
  }
  co_return parser_.is_done() && !error_;
}

}  // namespace vecext::gateway
