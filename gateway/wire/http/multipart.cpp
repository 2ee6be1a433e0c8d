#include "wire/http/multipart.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/turn.h"

namespace vecext::gateway {

namespace {

std::string in_lower_case(std::string_view text) {
  std::string lower;
  for (const char c : text) {
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return lower;
}

// Returns where a delimiter begins, or npos. Other coroutines of the loop run behind each part of
// the text. That takes time in proportion to the text, since a delimiter has one \r alone.
Task<std::size_t> find_from(std::string_view text, std::string_view delimiter, std::size_t begin) {
  constexpr std::size_t kPart = 256u << 10;  // bytes
  std::size_t found = std::string_view::npos;
  while (found == std::string_view::npos && begin < text.size()) {
    const std::size_t end = begin + kPart + delimiter.size() - 1;
    found = text.substr(0, end).find(delimiter, begin);
    begin += kPart;
    co_await let_others_run();
  }
  co_return found;
}

// True if the headers of a part say that it is the field.
bool is_field(std::string_view headers, std::string_view name) {
  const std::string quoted = "name=\"" + std::string(name) + "\"";
  while (!headers.empty()) {
    const std::size_t end = std::min(headers.find("\r\n"), headers.size());
    const std::string_view line = headers.substr(0, end);
    const std::size_t at = line.find(quoted);
    if (in_lower_case(line).starts_with("content-disposition:") && at != std::string_view::npos &&
        (line[at - 1] == ' ' || line[at - 1] == ';')) {
      return true;
    }
    headers.remove_prefix(std::min(end + 2, headers.size()));
  }
  return false;
}

// A file in the address space, as long as this lives.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& file) {
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const off_t size = descriptor < 0 ? 0 : lseek(descriptor, 0, SEEK_END);
    if (size > 0) {
      void* bytes =
          mmap(nullptr, static_cast<std::size_t>(size), PROT_READ, MAP_PRIVATE, descriptor, 0);
      if (bytes != MAP_FAILED) {
        text_ = {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
      }
    }
    if (descriptor >= 0) {
      close(descriptor);
    }
  }
  ~MappedFile() {
    if (!text_.empty()) {
      munmap(const_cast<char*>(text_.data()), text_.size());
    }
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

}  // namespace

std::optional<std::string> boundary_of(std::string_view content_type) {
  const std::string lower = in_lower_case(content_type);
  constexpr std::string_view kName = "boundary=";
  const std::size_t at = lower.find(kName);
  if (!lower.starts_with("multipart/form-data") || at == std::string::npos) {
    return std::nullopt;
  }
  std::string_view boundary = content_type.substr(at + kName.size());
  if (boundary.starts_with('"')) {
    boundary.remove_prefix(1);
    boundary = boundary.substr(0, boundary.find('"'));
  } else {
    boundary = boundary.substr(0, boundary.find_first_of("; \t"));
  }
  if (boundary.empty() || boundary.size() > 70) {
    return std::nullopt;
  }
  return std::string(boundary);
}

Task<std::optional<FilePart>> find_field(std::string_view body, std::string boundary,
                                         std::string_view name) {
  constexpr std::size_t kMostHeaders = 16 << 10;
  const std::string delimiter = "\r\n--" + boundary;
  // The first delimiter stands at the beginning, without a line before it.
  std::size_t at =
      body.starts_with(delimiter.substr(2)) ? delimiter.size() - 2 : std::string_view::npos;
  while (at != std::string_view::npos && body.substr(at, 2) == "\r\n") {
    const std::size_t headers_end = body.substr(0, at + kMostHeaders).find("\r\n\r\n", at);
    if (headers_end == std::string_view::npos) {
      co_return std::nullopt;
    }
    const std::size_t content = headers_end + 4;
    const std::size_t end = co_await find_from(body, delimiter, content);
    if (end == std::string_view::npos) {
      co_return std::nullopt;
    }
    if (is_field(body.substr(at + 2, headers_end - at - 2), name)) {
      co_return FilePart{content, end - content};
    }
    at = end + delimiter.size();
  }
  co_return std::nullopt;
}

Task<std::optional<FilePart>> find_field_in_file(std::filesystem::path file, std::string boundary,
                                                 std::string_view name) {
  const MappedFile mapped(file);
  co_return co_await find_field(mapped.text(), std::move(boundary), name);
}

}  // namespace vecext::gateway
