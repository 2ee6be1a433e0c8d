// JSON of the filters' grammars, from bytes that choose: most of what comes out is a filter, and a
// small change of the bytes is a small change of the filter.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace vecext::fuzz {

/// A rule's alternatives are texts in which @X stands for one of rule X. The first alternative is
/// taken where no byte is left or the text is deep or long: it leads to an end.
struct GrammarRule {
  char name;
  std::vector<std::string_view> alternatives;
};

inline const std::vector<GrammarRule>& json_grammar() {
  static const std::vector<GrammarRule> kRules = {
      // Qdrant: a filter, a condition, the test of a key.
      {'Q',
       {R"({})", R"({"must":[@C]})", R"({"must":@C})", R"({"should":[@C,@C]})",
        R"({"must_not":[@C,@C]})", R"({"must":[@C,@C],"should":@C,"must_not":[@C]})",
        R"({"min_should":{"conditions":[@C,@C,@C],"min_count":@I}})",
        R"({"must":[@C@,C],"should":null,"must_not":[]})", R"({"must":@V,@T:@V})", "@V"}},
      {'C',
       {R"({"key":@P,@K})", "@Q", R"({"is_empty":{"key":@P}})", R"({"is_null":{"key":@P}})",
        R"({"has_id":[@S,@I]})", R"({"slice":{"total":4,"index":@I}})", R"({"has_vector":@T})",
        R"({"nested":{"key":@P,"filter":@Q}})", "@V"}},
      {'K',
       {R"("match":{"value":@S})",
        R"("match":{"any":[@S@,S]})",
        R"("match":{"except":[@S@,S]})",
        R"("match":{"text":@T})",
        R"("match":{"text_any":@T})",
        R"("match":{"phrase":@T})",
        R"("match":{"prefix":@T})",
        R"("match":{"substring":@T})",
        R"("range":{"gt":@N})",
        R"("range":{"gte":@N,"lt":@N})",
        R"("range":{"lte":@D,"gt":@D})",
        R"("range":{"lt":@V})",
        R"("values_count":{"gte":@I,"lt":@I})",
        R"("is_empty":@B)",
        R"("is_null":@B)",
        R"("geo_bounding_box":{"top_left":@G,"bottom_right":@G})",
        R"("geo_radius":{"center":@G,"radius":@N})",
        R"("geo_polygon":{"exterior":@O})",
        R"("geo_polygon":{"exterior":@O,"interiors":[@O]})",
        R"("match":{@T:@V})",
        R"(@T:@V)"}},
      {'O', {R"({"points":[{"lon":0,"lat":0},@G,@G@,G,{"lon":0,"lat":0}]})", "@V"}},
      // LangChain.
      {'L',
       {R"({@P:@S})", R"({@P:@E})", R"({@P:@E,@P:@S})", R"({"$and":[@L@,L]})", R"({"$or":[@L@,L]})",
        R"({"$not":@L})", R"({"$not":[@L@,L]})", R"({@T:@V})", "@V"}},
      {'E',
       {R"({"$eq":@S})", R"({"$ne":@S})", R"({"$lt":@S})", R"({"$lte":@S})", R"({"$gt":@S})",
        R"({"$gte":@S})", R"({"$in":[@S@,S]})", R"({"$nin":[@S@,S]})", R"({"$between":[@N,@N]})",
        R"({"$between":[@T,@T]})", R"({"$exists":@B})", R"({"$like":@T})", R"({"$ilike":@T})",
        R"({"$in":@V})", "@V"}},
      // LlamaIndex.
      {'X',
       {R"({"filters":[@Y]})", R"({"filters":[@Y,@Y],"condition":"or"})",
        R"({"filters":[@Y@,Y],"condition":"not"})", R"({"filters":[],"condition":"and"})",
        R"({"filters":[@Y],"condition":@V})", "@V"}},
      {'Y',
       {R"({"key":@P,"value":@S})", "@X", R"({"key":@P,"value":@S,"operator":@Z})",
        R"({"key":@P,"value":[@S@,S],"operator":"in"})",
        R"({"key":@P,"value":[@S@,S],"operator":"nin"})",
        R"({"key":@P,"value":[@S@,S],"operator":"any"})",
        R"({"key":@P,"value":[@S@,S],"operator":"all"})", R"({"key":@P,"operator":"is_empty"})",
        R"({"key":@P,"value":@T,"operator":"text_match"})",
        R"({"key":@P,"value":@T,"operator":"text_match_insensitive"})",
        R"({"key":@P,"value":@V,"operator":@Z})", "@V"}},
      {'Z',
       {R"("==")", R"("!=")", R"("<")", R"("<=")", R"(">")", R"(">=")", R"("contains")", "@T"}},
      // A path, a scalar, a text, a number, an integer, a time, a point, a boolean, any value.
      {'P',
       {R"("a")", R"("b")", R"("c")", R"("d")", R"("e")", R"("f.a[].b")", R"("f.\"g.h\"")",
        R"("g")", R"("h")", R"("h[].a")", R"("h[0].b")", R"("t")", R"("ü")", R"("z")", "@T"}},
      {'S', {"1", "@T", "@N", "true", "false", "null", "@D"}},
      {'T',
       {R"("en")", R"("x")", R"("b'x")", R"("")", R"("名")", R"("x%\\_\\")", R"("a.")", "\"@~\""}},
      {'N', {"1", "2.5", "0", "-1", "1e300", "-0.0", "9223372036854775807", "1e20", "@I"}},
      {'I', {"1", "2", "0", "-1", "3", "1000000", "9223372036854775808", "1.0"}},
      {'D',
       {R"("2024-05-01")", R"("2024-05-01T12:00:00Z")", R"("2024-05-01 12:00+0200")",
        R"("2024-02-30")", "@T"}},
      {'G',
       {R"({"lon":1,"lat":1})", R"({"lon":-179.5,"lat":-9})", R"({"lon":179,"lat":-11})",
        R"({"lon":5,"lat":-85})", R"({"lon":181,"lat":0})", R"({"lon":@N,"lat":@N})", "@V"}},
      {'B', {"true", "false", "@V"}},
      {'V',
       {"null", "@S", "[]", "{}", "[@V]", "[@V@,V]", "{@P:@V}", R"({"a":@V,"b":@V})",
        R"({"c":[@V@,V],"f":{"a":[{"b":@V}],"g.h":@V}})", R"({"h":[{"a":@V,"b":@V},{"a":@S}]})",
        R"({"g":[@G@,G],"t":@D})"}},
  };
  return kRules;
}

/// Follows the grammar, a byte a choice.
class JsonFromBytes {
 public:
  explicit JsonFromBytes(std::string_view bytes) : bytes_(bytes) {}

  std::string text(char rule) {
    text_.clear();
    expand(rule, 0);
    return text_;
  }

 private:
  static constexpr int kMostDepth = 200;
  static constexpr std::size_t kMostText = 20000;

  std::uint8_t next() {
    if (at_ == bytes_.size()) {
      return 0;
    }
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }

  void expand(char rule, int depth) {
    for (const GrammarRule& known : json_grammar()) {
      if (known.name == rule) {
        const bool ends = depth >= kMostDepth || text_.size() >= kMostText;
        const std::size_t choice = ends ? 0 : next() % known.alternatives.size();
        write(known.alternatives[choice], depth + 1);
      }
    }
  }

  /// @X: one of rule X. @,X: none or more of it, each after a comma. @~: characters of the input.
  void write(std::string_view alternative, int depth) {
    for (std::size_t i = 0; i < alternative.size(); ++i) {
      if (alternative[i] != '@') {
        text_ += alternative[i];
      } else if (alternative[i + 1] == '~') {
        ++i;
        write_characters();
      } else if (alternative[i + 1] == ',') {
        i += 2;
        for (int n = next() % 8; n > 0; --n) {
          text_ += ',';
          expand(alternative[i], depth);
        }
      } else {
        expand(alternative[++i], depth);
      }
    }
  }

  void write_characters() {
    for (int n = next() % 16; n > 0 && at_ < bytes_.size(); --n) {
      const char c = bytes_[at_++];
      if (c >= ' ' && c <= '~') {
        text_ += c == '"' || c == '\\' ? "\\" : "";
        text_ += c;
      }
    }
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::string text_;
};

}  // namespace vecext::fuzz
