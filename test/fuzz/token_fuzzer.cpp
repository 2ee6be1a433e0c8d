// Texts of any bytes: cut into chunks, runs, segments and bigrams, folded, and read as times.
#include <algorithm>
#include <string_view>

#include "core/condition/timestamp.h"
#include "core/token/cjk_bigrams.h"
#include "core/token/fold.h"
#include "core/token/segments.h"
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

/// Segments make the text again, and each word is one by itself, too.
void check_segments(std::string_view text, Segmentation how) {
  Segments segments(text, how);
  Segment segment{};
  const char* end = text.data();
  while (segments.next(&segment)) {
    require(segment.bytes.data() == end && !segment.bytes.empty());
    end = segment.bytes.data() + segment.bytes.size();
    require(end <= text.data() + text.size());
    if (segment.kind != SegmentKind::kBetween) {
      Segments alone(segment.bytes, how);
      Segment same{};
      require(alone.next(&same));
      require(same.bytes.size() == segment.bytes.size() && same.kind == segment.kind);
    }
  }
  require(end == text.data() + text.size());
}

/// A folded word lies within the room, and ICU has its rules.
void check_fold(std::string_view word, const FoldOptions& options) {
  std::vector<char> out(kFoldedRoom);
  std::string_view folded;
  const FoldResult result = fold(word, options, out, &folded);
  require(result == (word.size() > kLongestFolded ? FoldResult::kTooLong : result));
  require(result != FoldResult::kNoRules);
  require(result != FoldResult::kOk || folded.size() <= kFoldedRoom);
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
  for (const Segmentation segmentation :
       {Segmentation::kStandard, Segmentation::kWord, Segmentation::kWhitespace}) {
    check_segments(text, segmentation);
  }
  check_fold(text, {.lowercase = how % 2 == 0, .ascii = size % 2 == 0});
  if (text.size() >= 4) {
    const std::size_t most = 4 + size;
    const std::size_t cut = place_to_cut(text, most);
    require(cut > 0 && cut <= std::min(most, text.size()));
  }
  std::vector<char> bigrams(bigrams_bound(text.size()));
  if (has_cjk(text)) {
    for (const BigramRun made : {BigramRun::kPairs, BigramRun::kPairsAndLast}) {
      require(expand_bigrams(text, made, bigrams.data()) <= bigrams.size());
    }
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
