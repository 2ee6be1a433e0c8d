// The files of the dashboard, which the build puts into the program.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/http/message.h"

namespace vecext::gateway {

/// A file as it is sent: `plain`, or `gzip` to clients that take that.
struct DashboardFile {
  std::string_view name;
  std::string_view content_type;
  std::string_view etag;  // with its quotes
  std::string_view plain;
  std::string_view gzip;
};

/// Returns the files; nothing if the dashboard was not built. CMake generates this function.
std::span<const DashboardFile> dashboard_files();

/// True if the segments of a path are those of the dashboard or of one of its files. These need no
/// key.
bool is_dashboard(const std::vector<std::string>& path);
HttpReply answer_dashboard(const HttpRequest& request, const std::vector<std::string>& path);

}  // namespace vecext::gateway
