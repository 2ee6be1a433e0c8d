#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/token/text_runs.h"

namespace vecext::text_runs_test {

namespace {

/// The runs of a text, each with a mark of its kind: w word, m mixed, r rest; capital: nothing is
/// before it.
std::string runs(std::string_view text) {
  std::string result;
  TextRuns reader(text);
  for (TextRun run; reader.next(&run);) {
    const std::string_view marks = run.follows_blank ? "wmr" : "WMR";
    result += result.empty() ? "" : " ";
    result += marks[static_cast<std::size_t>(run.kind)];
    result += '[' + std::string(run.bytes) + ']';
  }
  return result;
}

}  // namespace

TEST_CASE("text runs: words between blanks and punctuation") {
  CHECK(runs("") == "");
  CHECK(runs(" \t,;()") == "");
  CHECK(runs("word") == "W[word]");
  CHECK(runs(" a (b), \"c\" d's 1e5 x86") == "w[a] w[b] w[c] w[d] w[s] w[1e5] w[x86]");
  CHECK(runs("Über 日本。語") == "W[Über] w[日本。語]");
  CHECK(runs("a=b|c\\d>e^f`g{h}i?j!k*l%m#n$o") ==
        "W[a] w[b] w[c] w[d] w[e] w[f] w[g] w[h] w[i] w[j] w[k] w[l] w[m] w[n] w[o]");
}

TEST_CASE("text runs: a stop ends a word before a blank or punctuation") {
  CHECK(runs("End. Next.") == "W[End] w[Next]");
  CHECK(runs("(end.) x.") == "w[end] w[x]");
  CHECK(runs("a.b a.1 a._ a.. a./ a.- e.g.") ==
        "M[a.b] m[a.1] m[a._] m[a..] m[a./] m[a.-] m[e.g.]");
  CHECK(runs("word.é") == "M[word.é]");
}

TEST_CASE("text runs: a colon ends a word unless a slash follows") {
  CHECK(runs("std::string a: b:c 12:30") == "W[std] w[string] w[a] w[b] w[c] w[12] w[30]");
  CHECK(runs("see http://x.org/a(b),c d") == "W[see] m[http://x.org/a(b),c] w[d]");
  CHECK(runs("(file:/x") == "m[file:/x]");
}

TEST_CASE("text runs: what may be one token with what follows goes up to the blank") {
  CHECK(runs("re-use, it") == "M[re-use,] w[it]");
  CHECK(runs("x,a@b.c,y z") == "W[x] m[a@b.c,y] w[z]");
  CHECK(runs("-5 +1 ~/a ../b /c &amp;d a_b @x .y") ==
        "M[-5] m[+1] m[~/a] m[../b] m[/c] m[&amp;d] m[a_b] m[@x] m[.y]");
  CHECK(runs("a\x01"
             "b c") ==
        "M[a\x01"
        "b] w[c]");
}

TEST_CASE("text runs: from a tag on the text is one run") {
  CHECK(runs("a <b c> d") == "W[a] r[<b c> d]");
  CHECK(runs("a vector<int> b") == "W[a] r[vector<int> b]");
  CHECK(runs("(x </y z") == "w[x] r[</y z]");
  for (const char* tag : {"<!-- x", "<?x y", "<:a b", "<_a b"}) {
    CHECK(runs(tag) == "R[" + std::string(tag) + "]");
  }
  CHECK(runs("1 < 2 <3 <") == "W[1] m[<] w[2] m[<3] m[<]");
}

TEST_CASE("text runs: paths at the beginning are other tokens elsewhere") {
  for (const char* text : {"../a", "./a", "~/a", ".", "~"}) {
    TextRun run;
    REQUIRE(TextRuns(text).next(&run));
    CHECK_FALSE(run.is_of_any_place());
  }
  for (const char* text : {"a", "/a", "-1", "é", "@"}) {
    TextRun run;
    REQUIRE(TextRuns(text).next(&run));
    CHECK(run.is_of_any_place());
  }
}

TEST_CASE("text runs: runs are in order, and what is between them is no part of a token") {
  const std::string_view alphabet = "aZ9 \n.,:;/-_@<&~(é";
  Random random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::uint64_t n = random.below(24); n > 0; --n) {
      text += alphabet[random.below(alphabet.size())];
    }
    TextRuns reader(text);
    const char* end = text.data();
    for (TextRun run; reader.next(&run);) {
      REQUIRE(!run.bytes.empty());
      REQUIRE(run.bytes.data() >= end);
      REQUIRE(run.follows_blank == (run.bytes.data() > text.data()));
      for (const char* c = end; c < run.bytes.data(); ++c) {
        REQUIRE(std::string_view(" \n.,:;(_").find(*c) != std::string_view::npos);
      }
      end = run.bytes.data() + run.bytes.size();
    }
  }
}

TEST_CASE("text runs: long texts are cut before a blank, or between characters") {
  CHECK(place_to_cut("abc", 4) == 3);
  CHECK(place_to_cut("abcd", 4) == 4);
  CHECK(place_to_cut("ab cdef", 4) == 2);
  CHECK(place_to_cut("abcd efgh", 4) == 4);
  CHECK(place_to_cut(" abcdefgh", 4) == 4);
  CHECK(place_to_cut("abc日本", 4) == 3);
  CHECK(place_to_cut("ab日本", 5) == 5);
  CHECK(place_to_cut("\x80\x80\x80\x80\x80\x80", 4) == 4);
}

}  // namespace vecext::text_runs_test
