// Finds the documents of a segment that a tree of terms is true of, as bits.
//
// A part of an AND is asked only about the documents that all parts before it are true of: blocks
// without any such document are not decoded. Parts with few postings come first.
#pragma once

#include "core/postings/search/document_rows.h"
#include "core/postings/search/posting_blocks.h"
#include "core/postings/search/prepare.h"

namespace vecext::postings {

template <PageStore S>
class TreeDocuments {
 public:
  /// entries[i] says where the query's term i is in the segment.
  TreeDocuments(S& store, const Segment& segment, const Query& query, const TermEntry* entries,
                Arena arena)
      : store_(store), segment_(segment), query_(query), entries_(entries), arena_(arena) {}

  /// Adds the documents that the query is true of to *out. If `within` is not null, adds only
  /// documents in it.
  Status run(const DocumentBits* within, DocumentBits* out) {
    words_ = std::size_t{segment_.windows()} * kWindowWords + 2;
    blocks_ = arena_.array<PostingBlocks>(1);
    copy_ = query_.has_prefix ? arena_.array<std::byte>(kPageSize) : nullptr;
    if (blocks_ == nullptr || (query_.has_prefix && copy_ == nullptr)) {
      return out_of_memory();
    }
    const std::uint64_t* some = within == nullptr ? nullptr : within->words;
    if (query_.tree != nullptr) {
      return add(*query_.tree, some, out->words);
    }
    for (std::uint32_t i = 0; i < query_.count; ++i) {
      VECEXT_TRY(add_term(i, some, out->words));
    }
    return {};
  }

 private:
  Status add(const TreeNode& node, const std::uint64_t* within, std::uint64_t* out) {
    switch (node.kind) {
      case QueryNodeKind::kTerm:
        return add_term(node.term, within, out);
      case QueryNodeKind::kAnd:
        return add_and(node, within, out);
      case QueryNodeKind::kOr: {
        for (const TreeNode* part = node.first; part != nullptr; part = part->next) {
          VECEXT_TRY(add(*part, within, out));
        }
        return {};
      }
      case QueryNodeKind::kNot:
        return add_others(node, within, out);
      case QueryNodeKind::kAll:
        add_all(within, out);
        return {};
      case QueryNodeKind::kNone:
        break;
    }
    return {};
  }

  Status add_term(std::uint32_t i, const std::uint64_t* within, std::uint64_t* out) {
    if (!query_.terms[i].is_prefix) {
      return add_postings(entries_[i], within, out);
    }
    if (entries_[i].df == 0) {
      return {};
    }
    return each_with_prefix(
        store_, segment_, query_.terms[i].term, copy_,
        [&](const TermEntry& entry) { return add_postings(entry, within, out); });
  }

  Status add_postings(const TermEntry& entry, const std::uint64_t* within, std::uint64_t* out) {
    const auto wants = [within](DocumentId first, DocumentId end) {
      return within == nullptr || has_bit(within, first, end);
    };
    return each_block(store_, segment_, entry, blocks_, wants, [&](const Postings& postings) {
      for (std::uint32_t i = 0; i < postings.count; ++i) {
        const DocumentId at = postings.documents[i];
        const std::uint64_t bit = std::uint64_t{1} << at % 64;
        out[at / 64] |= within == nullptr ? bit : bit & within[at / 64];
      }
    });
  }

  Status add_and(const TreeNode& node, const std::uint64_t* within, std::uint64_t* out) {
    std::uint32_t count = 0;
    for (const TreeNode* part = node.first; part != nullptr; part = part->next) {
      ++count;
    }
    auto* parts = arena_.array<Part>(count);
    std::uint64_t* left = reserve_words();
    std::uint64_t* next = reserve_words();
    if (parts == nullptr || left == nullptr || next == nullptr) {
      return out_of_memory();
    }
    count = 0;
    for (const TreeNode* part = node.first; part != nullptr; part = part->next) {
      parts[count++] = {most_of(*part), part};
    }
    std::sort(parts, parts + count,
              [](const Part& a, const Part& b) { return a.documents < b.documents; });
    const std::uint64_t* some = within;
    Status status;
    bool is_empty = false;
    for (std::uint32_t i = 0; i < count && status.ok() && !is_empty; ++i) {
      std::fill_n(next, words_, std::uint64_t{0});
      status = add(*parts[i].node, some, next);
      std::swap(left, next);
      some = left;
      is_empty = i + 1 < count && !has_bit(left, 0, segment_.entry.documents);
      store_.poll();
    }
    for (std::size_t i = 0; i < words_ && status.ok() && !is_empty; ++i) {
      out[i] |= left[i];
    }
    give_back(left);
    give_back(next);
    return status;
  }

  /// Adds the documents that the node's only part is not true of.
  Status add_others(const TreeNode& node, const std::uint64_t* within, std::uint64_t* out) {
    std::uint64_t* part = reserve_words();
    std::uint64_t* all = within == nullptr ? reserve_words() : nullptr;
    if (part == nullptr || (within == nullptr && all == nullptr)) {
      return out_of_memory();
    }
    std::fill_n(part, words_, std::uint64_t{0});
    const Status status = add(*node.first, within, part);
    if (all != nullptr) {
      std::fill_n(all, words_, std::uint64_t{0});
      add_all(nullptr, all);
    }
    const std::uint64_t* some = all == nullptr ? within : all;
    for (std::size_t i = 0; i < words_ && status.ok(); ++i) {
      out[i] |= some[i] & ~part[i];
    }
    give_back(part);
    if (all != nullptr) {
      give_back(all);
    }
    return status;
  }

  void add_all(const std::uint64_t* within, std::uint64_t* out) const {
    if (within != nullptr) {
      for (std::size_t i = 0; i < words_; ++i) {
        out[i] |= within[i];
      }
      return;
    }
    const DocumentId n = segment_.entry.documents;
    std::fill_n(out, n / 64, ~std::uint64_t{0});
    out[n / 64] |= (std::uint64_t{1} << n % 64) - 1;
  }

  /// Returns a rough upper limit of the number of documents that a part is true of.
  std::uint64_t most_of(const TreeNode& node) const {
    const std::uint64_t documents = segment_.entry.documents;
    switch (node.kind) {
      case QueryNodeKind::kTerm:
        return std::min(entries_[node.term].df, documents);
      case QueryNodeKind::kAnd: {
        std::uint64_t most = documents;
        for (const TreeNode* part = node.first; part != nullptr; part = part->next) {
          most = std::min(most, most_of(*part));
        }
        return most;
      }
      case QueryNodeKind::kOr: {
        std::uint64_t sum = 0;
        for (const TreeNode* part = node.first; part != nullptr; part = part->next) {
          sum += most_of(*part);
        }
        return std::min(sum, documents);
      }
      default:
        return documents;
    }
  }

  /// Returns memory for bits, whose values are not set, or null if memory runs out.
  std::uint64_t* reserve_words() {
    if (free_ == nullptr) {
      return arena_.array<std::uint64_t>(words_);
    }
    std::uint64_t* words = free_;
    __builtin_memcpy(&free_, words, sizeof free_);
    return words;
  }
  void give_back(std::uint64_t* words) {
    __builtin_memcpy(words, &free_, sizeof free_);
    free_ = words;
  }

  struct Part {
    std::uint64_t documents;
    const TreeNode* node;
  };

  S& store_;
  const Segment& segment_;
  const Query& query_;
  const TermEntry* entries_;
  Arena arena_;
  std::size_t words_ = 0;
  PostingBlocks* blocks_ = nullptr;
  std::byte* copy_ = nullptr;      // copy of a page of terms
  std::uint64_t* free_ = nullptr;  // unused memory for bits: each piece begins with a pointer to
                                   // the next
};

}  // namespace vecext::postings
