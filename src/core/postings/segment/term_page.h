// Terms on a page of the dictionary, ascending, in groups of 16. The first term of a group is
// stored whole. Each of the other terms is stored without the bytes at its beginning that it shares
// with the term before.
//
//   first of a group    | length | bytes | entry |
//   others              | shared length | length of the rest | its bytes | entry |
#pragma once

#include "core/postings/segment/term_entry.h"

namespace vecext::postings {

/// Puts terms on a page, ascending.
class TermPageWriter {
 public:
  /// Starts on an empty page of kind kTextTerms.
  void begin(std::byte* page) {
    page_ = page;
    used_ = 0;
    last_length_ = 0;
  }

  /// Adds a term, which must be greater than the terms before. Returns false if the page has no
  /// room for it. An empty page has room for any term.
  bool add(const Term& term, const TermEntry& entry);

  bool is_empty() const { return page_head(page_)->rows == 0; }
  /// Returns the term that was added last, or an empty term if none was added since begin().
  Term last() const { return {last_, last_length_}; }

 private:
  std::byte* page_ = nullptr;
  std::size_t used_ = 0;
  std::uint32_t last_length_ = 0;
  char last_[kLongestTerm];
};

/// Reads the terms of a page one after another.
class TermPageReader {
 public:
  explicit TermPageReader(const std::byte* page) : page_(page) {}

  /// Makes next() go on with the first term of a group.
  void seek(std::uint32_t group) { i_ = group * kGroupTerms; }

  std::uint32_t terms() const { return page_head(page_)->rows; }
  std::uint32_t groups() const { return (terms() + kGroupTerms - 1) / kGroupTerms; }

  /// Reads the next term. Returns false if there are no more terms, or if the page is damaged
  /// (is_corrupt()).
  bool next();
  bool is_corrupt() const { return is_corrupt_; }

  Term term() const { return {bytes_, length_}; }
  const TermEntry& entry() const { return entry_; }

 private:
  bool read();

  const std::byte* page_;
  const std::uint8_t* at_ = nullptr;
  std::uint32_t i_ = 0;
  std::uint32_t length_ = 0;
  bool is_corrupt_ = false;
  TermEntry entry_{};
  char bytes_[kLongestTerm];
};

/// Searches for a term on a sound page, and sets `*found` to true if the page has it, with
/// `*entry`, or to false. Returns kCorrupt if the page contradicts itself.
Status find_on_page(const std::byte* page, const Term& term, TermEntry* entry, bool* found);

}  // namespace vecext::postings
