// Bodies that are files: they are never in memory as a whole.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

#include "wire/http/message.h"

namespace vecext::gateway {

/// Reads the body of a request, whose header `parser` has read and keeps, into a file. Each part
/// may take `part` of time.
template <class Stream, class Parser>
Task<> read_to_file(Stream& stream, boost::beast::flat_buffer& buffer, Parser& parser,
                    const BodyFile& file, std::chrono::seconds part,
                    boost::system::error_code& error) {
  namespace http = boost::beast::http;
  http::request_parser<http::file_body> to_file(std::move(parser));
  to_file.body_limit(file.most_bytes);
  to_file.get().body().open(file.path.c_str(), boost::beast::file_mode::write_new, error);
  while (!error && !to_file.is_done()) {
    boost::beast::get_lowest_layer(stream).expires_after(part);
    co_await http::async_read_some(stream, buffer, to_file,
                                   asio::redirect_error(asio::use_awaitable_t<Executor>(), error));
  }
  to_file.get().body().close();
  parser.get().base() = std::move(to_file.get().base());
}

/// Writes a reply whose body is a file.
template <class Stream, class Header>
Task<> write_from_file(Stream& stream, const Header& header, const std::filesystem::path& file,
                       std::chrono::seconds part, boost::system::error_code& error) {
  namespace http = boost::beast::http;
  http::response<http::file_body> message(header);
  message.body().open(file.c_str(), boost::beast::file_mode::scan, error);
  if (error) {
    co_return;
  }
  message.prepare_payload();
  http::response_serializer<http::file_body> serializer(message);
  while (!error && !serializer.is_done()) {
    boost::beast::get_lowest_layer(stream).expires_after(part);
    co_await http::async_write_some(stream, serializer,
                                    asio::redirect_error(asio::use_awaitable_t<Executor>(), error));
  }
}

}  // namespace vecext::gateway
