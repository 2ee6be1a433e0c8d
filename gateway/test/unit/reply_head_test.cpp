#include "wire/http/reply_head.h"

#include <doctest/doctest.h>

using namespace vecext::gateway;

TEST_CASE("the header of an answer") {
  IncomingRequest::Message request;
  HttpReply reply;
  reply.request_id = "7";
  CHECK(head_of(reply, request, 12, true) ==
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nAccess-Control-Allow-Origin: *\r\n"
        "x-request-id: 7\r\nContent-Length: 12\r\n\r\n");
  reply = HttpReply();
  reply.status = 503;
  reply.retry_after = 1;
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  CHECK(head_of(reply, request, 0, false) ==
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
        "Access-Control-Allow-Origin: *\r\nRetry-After: 1\r\nVary: Accept-Encoding\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST_CASE("the connections of HTTP/1.0 end unless the answer says that they do not") {
  IncomingRequest::Message request;
  request.version(10);
  const std::string fields =
      "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nAccess-Control-Allow-Origin: *\r\n"
      "Content-Length: 0\r\n";
  CHECK(head_of(HttpReply(), request, 0, false) == fields + "\r\n");
  CHECK(head_of(HttpReply(), request, 0, true) == fields + "Connection: keep-alive\r\n\r\n");
}
