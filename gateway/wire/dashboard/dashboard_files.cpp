#include "wire/dashboard/dashboard_files.h"

#include <algorithm>

#include "wire/http/encoding.h"

namespace vecext::gateway {

namespace {

// The page runs no script but its own, and asks no server but this one.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::string_view kNotBuilt =
    "The dashboard is not a part of this program. To build it, install Node.js 18 or later with "
    "npm, and configure with: cmake -S gateway -B build -DGATEWAY_DASHBOARD=ON\n";

HttpReply text_reply(unsigned status, std::string_view text) {
  HttpReply reply;
  reply.status = status;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = text;
  return reply;
}

void add_guards(HttpReply& reply) {
  reply.headers.emplace_back("Content-Security-Policy", kPolicy);
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  reply.headers.emplace_back("Referrer-Policy", "no-referrer");
}

HttpReply send(const DashboardFile& file, const HttpRequest& request) {
  HttpReply reply;
  reply.content_type = file.content_type;
  reply.headers.emplace_back("ETag", file.etag);
  reply.headers.emplace_back("Cache-Control", "no-cache");  // it asks whether the file has changed
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  add_guards(reply);
  if (request.if_none_match.find(file.etag) != std::string_view::npos) {
    reply.status = 304;
  } else if (accepts_gzip(request.accept_encoding)) {
    reply.headers.emplace_back("Content-Encoding", "gzip");
    reply.body = file.gzip;
  } else {
    reply.body = file.plain;
  }
  return reply;
}

}  // namespace

bool is_dashboard(const std::vector<std::string>& path) {
  return !path.empty() && path.front() == "dashboard";
}

HttpReply answer_dashboard(const HttpRequest& request, const std::vector<std::string>& path) {
  const std::span<const DashboardFile> files = dashboard_files();
  if (files.empty()) {
    return text_reply(404, kNotBuilt);
  }
  const std::string_view sent = request.target.substr(0, request.target.find('?'));
  if (path.size() == 1 && !sent.ends_with('/')) {
    // Behind the slash, the names of its files are relative, whatever is in front of them.
    HttpReply reply = text_reply(308, "");
    reply.headers.emplace_back("Location", "dashboard/");
    return reply;
  }
  const std::string_view name = path.size() == 1 ? std::string_view("index.html") : path[1];
  const auto file = std::ranges::find(files, name, &DashboardFile::name);
  if (path.size() > 2 || file == files.end()) {
    return text_reply(404, "The dashboard has no such file\n");
  }
  return send(*file, request);
}

}  // namespace vecext::gateway
