#include "wire/http/reply_head.h"

namespace vecext::gateway {

namespace {

void append_digit(std::string& out, unsigned digit) {
  out += static_cast<char>('0' + digit);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

void append_status(std::string& out, unsigned version, unsigned status) {
  out += "HTTP/";
  append_digit(out, version / 10);
  out += '.';
  append_digit(out, version % 10);
  out += ' ';
  out += std::to_string(status);
  out += ' ';
  out += view(http::obsolete_reason(http::int_to_status(status)));
  out += "\r\n";
}

// Says what the version of the protocol does not say by itself.
void append_connection(std::string& out, unsigned version, bool keeps_alive) {
  const bool is_usual = version >= 11;
  if (keeps_alive != is_usual) {
    append_field(out, "Connection", keeps_alive ? "keep-alive" : "close");
  }
}

}  // namespace

std::string head_of(const HttpReply& reply, const IncomingRequest::Message& request,
                    std::uint64_t body_bytes, bool keeps_alive) {
  constexpr std::size_t kUsual = 256;  // bytes
  std::string head;
  head.reserve(kUsual);
  append_status(head, request.version(), reply.status);
  append_field(head, "Content-Type", reply.content_type);
  append_field(head, "Access-Control-Allow-Origin", "*");
  if (!reply.request_id.empty()) {
    append_field(head, "x-request-id", reply.request_id);
  }
  if (reply.retry_after) {
    append_field(head, "Retry-After", std::to_string(*reply.retry_after));
  }
  for (const auto& [name, value] : reply.headers) {
    append_field(head, name, value);
  }
  if (request.method() == http::verb::options) {
    append_field(head, "Access-Control-Allow-Methods", "*");
    append_field(head, "Access-Control-Allow-Headers", "*");
  }
  append_field(head, "Content-Length", std::to_string(body_bytes));
  append_connection(head, request.version(), keeps_alive);
  head += "\r\n";
  return head;
}

}  // namespace vecext::gateway
