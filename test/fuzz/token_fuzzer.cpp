// Texts of any bytes: cut into chunks, runs and bigrams, and read as times.
#include <algorithm>
#include <string_view>

#include "core/condition/timestamp.h"
#include "core/token/cjk_bigrams.h"
#include "core/token/text_chunks.h"
#include "core/token/text_runs.h"
#include "fuzz.h"

namespace vecext::fuzz {
namespace {

/// Chunks ascend, are not empty, and make the text again.
void check_chunks(std::string_view text, const SplitOptions& options) {
  TextChunks chunks(text, options);
  TextChunk chunk{};
  std::size_t covered = 0;
  std::size_t begin = 0;
  for (bool is_first = true; chunks.next(&chunk); is_first = false) {
    require(chunk.begin < chunk.end && chunk.end <= text.size());
    require(chunk.begin <= covered && chunk.end > covered);
    require(is_first || chunk.begin > begin);
    require(chunk.first_character < chunk.end_character);
    begin = chunk.begin;
    covered = chunk.end;
  }
  require(covered == text.size());
}

/// Runs lie within the text, in their order.
void check_runs(std::string_view text) {
  TextRuns runs(text);
  TextRun run{};
  const char* end = text.data();
  while (runs.next(&run)) {
    require(!run.bytes.empty() && run.bytes.data() >= end);
    end = run.bytes.data() + run.bytes.size();
    require(end <= text.data() + text.size());
    static_cast<void>(run.is_of_any_place());
  }
}

void run(std::uint8_t how, std::uint8_t size, std::uint8_t overlap, std::string_view text) {
  const std::string_view separators[] = {"\n\n", ". ", "x"};
  SplitOptions options{static_cast<SplitStrategy>(how % 5), 1 + size % 40, 0, {}};
  options.overlap = overlap % options.size;
  if (how >= 128) {
    options.separators = separators;
  }
  check_chunks(text, options);
  check_runs(text);
  if (text.size() >= 4) {
    const std::size_t most = 4 + size;
    const std::size_t cut = place_to_cut(text, most);
    require(cut > 0 && cut <= std::min(most, text.size()));
  }
  std::vector<char> bigrams(bigrams_bound(text.size()));
  if (has_cjk(text)) {
    require(expand_bigrams(text, bigrams.data()) <= bigrams.size());
  }
  std::int64_t at = -7;
  require(parse_timestamp(text, &at) || at == -7);
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::fuzz;
  if (size < 3) {
    return 0;
  }
  const OddBytes text(data + 3, size - 3);
  run(data[0], data[1], data[2], {reinterpret_cast<const char*>(text.data()), text.size()});
  return 0;
}
