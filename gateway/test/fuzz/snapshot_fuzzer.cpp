// Files of snapshots: the definition behind the file of pg_dump, and the rows among what pg_restore
// writes. A definition that is written behind any bytes reads back; rows do not depend on how the
// text comes.
#include <string>

#include "base/failure.h"
#include "fuzz.h"
#include "memory_file.h"
#include "service/row_lines.h"
#include "service/snapshot_files.h"

namespace vecext::gateway::fuzz {
namespace {

void check_definition(std::string_view content) {
  const MemoryFile file(content);
  try {
    require(read_definition(file.path()).size() <= content.size());
  } catch (const Failure& failure) {
    require(failure.kind() == FailureKind::kBadInput);
  }
  append_definition(file.path(), content);
  require(read_definition(file.path()) == content);
}

std::string rows_of(std::string_view text, std::size_t part) {
  RowLines lines;
  std::string rows;
  for (std::size_t begin = 0; begin < text.size(); begin += part) {
    rows += lines.take(text.substr(begin, part));
  }
  return rows;
}

}  // namespace
}  // namespace vecext::gateway::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::gateway::fuzz;
  const std::string_view text = text_of(data, size);
  check_definition(text);
  require(rows_of(text, 1) == rows_of(text, size + 1));
  require(rows_of(text, 7) == rows_of(text, size + 1));
  return 0;
}
