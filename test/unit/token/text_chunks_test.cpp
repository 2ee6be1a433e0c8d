#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/token/text_chunks.h"

namespace vecext::text_chunks_test {

namespace {

using Strings = std::vector<std::string>;

Strings chunks(std::string_view text, SplitStrategy strategy, std::int64_t size,
               std::int64_t overlap = 0, std::span<const std::string_view> separators = {}) {
  Strings result;
  TextChunks reader(
      text, {.strategy = strategy, .size = size, .overlap = overlap, .separators = separators});
  for (TextChunk chunk; reader.next(&chunk);) {
    result.emplace_back(text.substr(chunk.begin, chunk.end - chunk.begin));
  }
  return result;
}

std::int64_t characters(std::string_view text) {
  std::int64_t count = 0;
  for (std::size_t at = 0; at < text.size(); at = next_character(text, at)) {
    ++count;
  }
  return count;
}

std::int64_t tokens(std::string_view text) {
  std::int64_t count = 0;
  for (std::size_t at = 0; at < text.size(); at = next_character(text, at)) {
    count += begins_token(text, at) ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("chunks: by characters") {
  CHECK(chunks("", SplitStrategy::kCharacter, 3) == Strings{});
  CHECK(chunks("abc", SplitStrategy::kCharacter, 3) == Strings{"abc"});
  CHECK(chunks("abcdefgh", SplitStrategy::kCharacter, 3) == Strings{"abc", "def", "gh"});
  CHECK(chunks("abcdefgh", SplitStrategy::kCharacter, 3, 1) == Strings{"abc", "cde", "efg", "gh"});
  CHECK(chunks("abcdef", SplitStrategy::kCharacter, 4, 3) == Strings{"abcd", "bcde", "cdef"});
  CHECK(chunks("äöüß", SplitStrategy::kCharacter, 2, 1) == Strings{"äö", "öü", "üß"});
}

TEST_CASE("chunks: at the best boundary") {
  const auto recursive = SplitStrategy::kRecursive;
  CHECK(chunks("one two three four", recursive, 9) == Strings{"one two ", "three ", "four"});
  CHECK(chunks("One. Two three. Four five", recursive, 17) ==
        Strings{"One. Two three. ", "Four five"});
  CHECK(chunks("a b\nc d e f g", recursive, 7) == Strings{"a b\n", "c d e ", "f g"});
  CHECK(chunks("a b\nc\n\nd e\n\n\nf g h", recursive, 10) ==
        Strings{"a b\nc\n\n", "d e\n\n\n", "f g h"});
  CHECK(chunks("abcdefghij", recursive, 4) == Strings{"abcd", "efgh", "ij"});
  CHECK(chunks("日本語。本語日。", recursive, 6) == Strings{"日本語。", "本語日。"});
  CHECK(chunks("one two three four", recursive, 11, 5) ==
        Strings{"one two ", "two three ", "four"});
  CHECK(chunks("one two three four", recursive, 9, 4) == Strings{"one two ", "two three", " four"});
  // No chunk begins with the blanks before it.
  CHECK(chunks("ab\n\ncd efg", recursive, 6, 3) == Strings{"ab\n\n", "cd efg"});
}

TEST_CASE("chunks: by given separators") {
  const std::string_view separators[] = {"##", ","};
  const auto recursive = SplitStrategy::kRecursive;
  CHECK(chunks("a,b##c,d,e", recursive, 6, 0, separators) == Strings{"a,b##", "c,d,e"});
  CHECK(chunks("a,b,c d", recursive, 3, 0, separators) == Strings{"a,", "b,", "c d"});
  CHECK(chunks("a,b,c,d", recursive, 4, 2, separators) == Strings{"a,b,", "b,c,", "c,d"});
}

TEST_CASE("chunks: by sentences") {
  const auto sentence = SplitStrategy::kSentence;
  CHECK(chunks("One. Two! Three? Four.", sentence, 10) ==
        Strings{"One. Two! ", "Three? ", "Four."});
  CHECK(chunks("Dr. Who met J. Smith. He left.", sentence, 25) ==
        Strings{"Dr. Who met J. Smith. ", "He left."});
  CHECK(chunks("Pi is 3.14 e.g. here. Yes (so.) \"No no no no.\" x", sentence, 22) ==
        Strings{"Pi is 3.14 e.g. here. ", "Yes (so.) ", "\"No no no no.\" x"});
  CHECK(chunks("A b c. D e f. G h i. J k.", sentence, 16, 8) ==
        Strings{"A b c. D e f. ", "D e f. G h i. ", "G h i. J k."});
  // None of the sentences is short enough to be shared.
  CHECK(chunks("A b c d e. F g h i j. K.", sentence, 12, 8) ==
        Strings{"A b c d e. ", "F g h i j. ", "K."});
  CHECK(chunks("a long one without an end", sentence, 10, 4) ==
        Strings{"a long ", "one ", "without ", "an end"});
}

TEST_CASE("chunks: by tokens") {
  const auto token = SplitStrategy::kToken;
  CHECK(chunks("one two, three four", token, 2) == Strings{"one two", ", three ", "four"});
  CHECK(chunks("  a b c d ", token, 3, 2) == Strings{"  a b c ", "b c d "});
  CHECK(chunks("日本 a_1é", token, 2) == Strings{"日本 ", "a_1é"});
  CHECK(chunks("   ", token, 2) == Strings{"   "});
}

TEST_CASE("chunks: Markdown stays within sections") {
  const auto markdown = SplitStrategy::kMarkdown;
  CHECK(chunks("# A\n\n## B\ntext\n## C\nmore\n", markdown, 100) ==
        Strings{"# A\n\n## B\ntext\n", "## C\nmore\n"});
  CHECK(chunks("x\n#no\n# Yes\ny", markdown, 100, 3) == Strings{"x\n#no\n", "# Yes\ny"});
  CHECK(chunks("```\n# no\n```\n# Yes", markdown, 100) == Strings{"```\n# no\n```\n", "# Yes"});
  // In a code block a chunk ends at a line, behind it at a paragraph.
  CHECK(chunks("~~~\na\n\nbb\n\ncc dd\n~~~\n", markdown, 14) ==
        Strings{"~~~\na\n\nbb\n\n", "cc dd\n~~~\n"});
  CHECK(chunks("# T\na b c d", markdown, 8, 4) == Strings{"# T\n", "T\na b c ", "b c d"});
}

TEST_CASE("chunks: without what they share they are the text, and none is too long") {
  const std::string_view parts[] = {"a",  "bc", " ",  " ",     "\n", "\n\n", ". ",   "é",    "日",
                                    "。", "#",  "# ", "```\n", ",",  "Dr.",  "\xFF", "\x80", "!\""};
  const std::string_view separators[] = {"\n", " ", "c"};
  Random random(5);
  for (int round = 0; round < 30000; ++round) {
    std::string text;
    for (std::uint64_t n = random.below(40); n > 0; --n) {
      text += parts[random.below(std::size(parts))];
    }
    SplitOptions options{};
    options.strategy = static_cast<SplitStrategy>(random.below(5));
    options.size = static_cast<std::int64_t>(1 + random.below(20));
    options.overlap =
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(options.size)));
    if (options.strategy == SplitStrategy::kRecursive && random.below(2) == 0) {
      options.separators = separators;
    }
    TextChunks reader(text, options);
    std::size_t covered = 0;
    std::size_t begin = 0;
    for (TextChunk chunk; reader.next(&chunk);) {
      const std::string_view bytes =
          std::string_view(text).substr(chunk.begin, chunk.end - chunk.begin);
      const std::string_view shared =
          std::string_view(text).substr(chunk.begin, covered - chunk.begin);
      const bool is_by_tokens = options.strategy == SplitStrategy::kToken;
      REQUIRE(chunk.begin <= covered);
      REQUIRE((chunk.begin > begin || covered == 0));
      REQUIRE(chunk.end > covered);
      REQUIRE((is_by_tokens ? tokens(bytes) : characters(bytes)) <= options.size);
      REQUIRE((is_by_tokens ? tokens(shared) : characters(shared)) <= options.overlap);
      REQUIRE(chunk.end_character - chunk.first_character == characters(bytes));
      REQUIRE(chunk.first_character == characters(std::string_view(text).substr(0, chunk.begin)));
      covered = chunk.end;
      begin = chunk.begin;
    }
    REQUIRE(covered == text.size());
  }
}

TEST_CASE("a caller stops the search for a chunk, and goes on with it") {
  static int asked;
  const std::string text(10'000, 'x');
  for (const SplitStrategy strategy : {SplitStrategy::kCharacter, SplitStrategy::kRecursive,
                                       SplitStrategy::kSentence, SplitStrategy::kToken}) {
    asked = 0;
    TextChunks reader(
        text,
        {.strategy = strategy, .size = 9'000, .overlap = 0, .separators = {}, .is_stopped = [] {
           return ++asked < 5;
         }});
    TextChunk chunk;
    int stops = 0;
    std::size_t end = 0;
    while (!reader.is_done()) {
      if (reader.next(&chunk)) {
        CHECK(chunk.begin == end);
        end = chunk.end;
      } else {
        ++stops;
      }
    }
    CHECK(stops > 0);
    CHECK(end == text.size());
  }
}

}  // namespace vecext::text_chunks_test
