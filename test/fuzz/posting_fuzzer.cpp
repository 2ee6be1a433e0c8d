// The codes of posting lists: what is written is read as the same, by all instruction sets; of
// other bytes, readers stay within them, and give ascending documents or kCorrupt.
#include "core/kernel/kernel.h"
#include "core/postings/sparse/sparse_terms.h"
#include "core/postings/segment/posting_reader.h"
#include "core/postings/segment/term_page.h"
#include "input.h"

namespace vecext::fuzz {
namespace {

using postings::Postings;
using postings::TermEntry;

std::uint64_t eight(Input* input) {
  const std::uint64_t low = input->four();
  return low | std::uint64_t{input->four()} << 32;
}

/// The rest of the input in a buffer that ends with it.
std::vector<std::uint8_t> rest(Input* input) {
  std::vector<std::uint8_t> bytes;
  while (!input->is_end()) {
    bytes.push_back(static_cast<std::uint8_t>(input->byte()));
  }
  bytes.shrink_to_fit();
  return bytes;
}

bool is_within(const std::vector<std::uint8_t>& bytes, const std::uint8_t* at) {
  return at >= bytes.data() && at <= bytes.data() + bytes.size();
}

/// Numbers and entries of terms.
void use_numbers(Input* input) {
  const std::uint64_t number = eight(input) >> input->byte() % 64;
  std::uint8_t coded[postings::kLongestEntry];
  const std::uint8_t* end = postings::put_number(coded, number);
  require(static_cast<std::size_t>(end - coded) == postings::number_bytes(number));
  std::uint64_t read;
  require(postings::get_number(coded, end, &read) == end && read == number);
  require(postings::get_number(coded, end - 1, &read) == nullptr);

  TermEntry entry{number, static_cast<std::uint8_t>(input->byte()), 0, eight(input)};
  if (number == 1) {
    entry.extra = static_cast<std::uint8_t>(input->byte());
  }
  end = postings::put_entry(coded, entry);
  TermEntry same;
  const std::uint8_t* after = postings::get_entry(coded, end, &same);
  require((after == end) == (number > 0));
  require(number == 0 || (same.df == entry.df && same.bound == entry.bound &&
                          same.extra == entry.extra && same.place == entry.place));

  const std::vector<std::uint8_t> bytes = rest(input);
  const std::uint8_t* stop = bytes.data() + bytes.size();
  after = postings::get_number(bytes.data(), stop, &read);
  require(after == nullptr || is_within(bytes, after));
  after = postings::get_entry(bytes.data(), stop, &same);
  require(after == nullptr || (is_within(bytes, after) && same.df > 0));
}

bool is_ascending(const DocumentId* documents, std::uint64_t count, std::uint32_t below) {
  for (std::uint64_t i = 0; i < count; ++i) {
    if (documents[i] >= below || (i > 0 && documents[i] <= documents[i - 1])) {
      return false;
    }
  }
  return true;
}

/// Makes postings of the input: gaps of about that many bits. Returns how many.
std::uint32_t make_postings(Input* input, std::uint32_t most, unsigned bits, Postings* postings) {
  std::uint64_t document = input->four() % 1000;
  const std::uint32_t count = 1 + input->byte() % most;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t gap = bits == 0 ? 0 : input->four() & ((std::uint64_t{1} << bits) - 1);
    document += i == 0 ? 0 : gap + 1;
    if (document >= kMostDocuments) {
      return i;
    }
    postings->documents[i] = static_cast<DocumentId>(document);
    postings->extra[i] = input->byte() % postings::kMostFrequency;
  }
  return count;
}

bool is_equal(const Postings& a, const Postings& b, std::uint32_t count) {
  return std::memcmp(a.documents, b.documents, count * sizeof a.documents[0]) == 0 &&
         std::memcmp(a.extra, b.extra, count * sizeof a.extra[0]) == 0;
}

/// Lists of fewer postings than a block has.
void use_short_list(Input* input) {
  static Postings made;
  static Postings read;
  const std::uint32_t count = make_postings(input, kBlockPostings - 1, input->byte() % 24, &made);
  std::uint8_t coded[kBlockPostings * postings::kLongestPosting];
  std::uint8_t* end = coded;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t after = i == 0 ? 0 : made.documents[i - 1] + 1;
    end = postings::put_posting(end, made.documents[i] - after, made.extra[i]);
  }
  require(postings::get_postings(coded, end, count, read.documents, read.extra) == end);
  require(is_equal(made, read, count));
  require(postings::get_postings(coded, end - 1, count, read.documents, read.extra) == nullptr);

  static OnePage page;
  const std::size_t used = static_cast<std::size_t>(end - coded);
  page.begin(PageKind::kTextShort, 0, 7, static_cast<std::uint32_t>(used));
  std::memcpy(text_bytes(page.bytes()), coded, used);
  TermEntry entry{count, 0, 0, 0};
  const std::uint32_t documents = 1 + made.documents[count - 1];
  if (count > 1) {
    require(postings::decode_short_list(page.bytes(), entry, documents, &read).ok());
    require(!postings::decode_short_list(page.bytes(), entry, documents - 1, &read).ok());
  }
  const std::uint32_t below = input->four() % kMostDocuments;
  entry.df = 1 + input->byte() % (kBlockPostings - 1);
  entry.place = input->two();
  change_bytes(input, page.bytes() + kPayloadOffset, used, 4);
  if (check_text_page(page.bytes(), kShortPages, 7).ok() &&
      postings::decode_short_list(entry.df == 1 ? nullptr : page.bytes(), entry, below, &read)
          .ok()) {
    require(read.count == entry.df && is_ascending(read.documents, read.count, below));
  }
}

/// Blocks: what each instruction set packs and unpacks.
void use_block(Input* input) {
  static Postings made;
  static Postings read;
  static OnePage page;
  const std::uint32_t count = make_postings(input, kBlockPostings, input->byte() % 31, &made);
  std::uint32_t gaps[kBlockPostings] = {};
  std::uint32_t all_gaps = 0;
  std::uint32_t all_extra = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    gaps[i] = i == 0 ? 0 : made.documents[i] - made.documents[i - 1] - 1;
    all_gaps |= gaps[i];
    all_extra |= made.extra[i];
  }
  std::fill(made.extra + count, made.extra + kBlockPostings, 0u);
  const auto gap_width = static_cast<unsigned>(std::bit_width(all_gaps));
  const auto extra_width = static_cast<unsigned>(std::bit_width(all_extra));
  const std::size_t bytes = 16 * std::size_t{gap_width + extra_width};
  const std::size_t offset = (kPayloadSize - bytes) / 16 * 16;
  BlockHead head{made.documents[0], 0, static_cast<std::uint16_t>(offset), 1,
                 static_cast<std::uint8_t>(gap_width | extra_width << 5)};
  page.begin(PageKind::kTextBlocks, 0, 7, 0);
  std::uint8_t* to = text_bytes(page.bytes()) + offset;
  const kernel::Kernels& before = kernel::active();
  std::vector<std::uint8_t> packed;
  for (const kernel::Kernels* const* table = kernel::available(); *table != nullptr; ++table) {
    require(kernel::select((*table)->name));
    kernel::active().text.pack(gaps, gap_width, to);
    kernel::active().text.pack(made.extra, extra_width, to + 16 * std::size_t{gap_width});
    require(packed.empty() || std::equal(packed.begin(), packed.end(), to));
    packed.assign(to, to + bytes);
    const std::uint32_t documents = made.documents[count - 1] + 1;
    require(postings::decode_block(page.bytes(), head, count, documents, &read).ok());
    require(read.count == count && is_equal(made, read, count));
    require(!postings::decode_block(page.bytes(), head, count, documents - 1, &read).ok());
  }
  require(kernel::select(before.name));

  const std::uint32_t below = 1 + input->four() % kMostDocuments;
  const std::uint32_t wanted = 1 + input->byte() % kBlockPostings;
  change_bytes(input, reinterpret_cast<std::byte*>(&head), sizeof head, input->byte() % 3);
  change_bytes(input, page.bytes() + kPayloadOffset + offset, kPayloadSize - offset, 8);
  if (postings::decode_block(page.bytes(), head, wanted, below, &read).ok()) {
    require(read.count == wanted && is_ascending(read.documents, wanted, below));
  }
}

/// Codes of lengths, weights and bounds.
void use_codes(Input* input) {
  const std::uint32_t length = input->four();
  const std::uint32_t decoded = postings::decoded_length(postings::length_code(length));
  require(decoded <= length && postings::length_code(decoded) == postings::length_code(length));
  require(length >= 0x80000000u || length - decoded <= length / 8);
  require(length == 0 || postings::length_code(length - 1) <= postings::length_code(length));

  const std::uint32_t extra = input->byte() % postings::kMostFrequency;
  const float norm = static_cast<float>(input->four()) * 0x1p-20F;
  const double impact = (extra + 1.0) / (extra + 1.0 + static_cast<double>(norm));
  require(postings::impact_code(extra, norm) >= impact * 255);

  float greatest;
  float amount;
  const std::uint32_t bits[2] = {input->four() & 0x7FFFFFFF, input->four() & 0x7FFFFFFF};
  std::memcpy(&greatest, bits, sizeof greatest);
  std::memcpy(&amount, bits + 1, sizeof amount);
  if (!std::isfinite(greatest) || !std::isfinite(amount) || greatest == 0 || amount == 0) {
    return;
  }
  const WeightRange range = sparse::range_for(std::max(greatest, amount));
  const std::uint32_t code = sparse::code_of(range, amount);
  require(code <= sparse::kGreatestCode);
  const auto exact = static_cast<double>(amount);
  require(sparse::least_of(range, code) <= exact && exact <= sparse::most_of(range, code));
}

/// A page of terms that the input names.
void use_terms(Input* input) {
  static OnePage page;
  page.begin(PageKind::kTextTerms, 0, 7, 0);
  postings::TermPageWriter writer;
  writer.begin(page.bytes());
  std::vector<std::string> names;
  std::string name;
  while (!input->is_end() && names.size() < 100) {
    // What the name shares with the one before, and a greater byte.
    const std::size_t shared = std::min<std::size_t>(input->byte() % 64, name.size());
    const auto next = static_cast<unsigned char>(input->byte());
    if (shared < name.size() && next <= static_cast<unsigned char>(name[shared])) {
      continue;
    }
    const std::size_t more = input->byte();
    name = name.substr(0, shared) + static_cast<char>(next) +
           std::string(std::min<std::size_t>(more * more / 32, 1900), static_cast<char>(more));
    const auto number = static_cast<std::uint64_t>(names.size());
    const TermEntry entry{number % 3 + 1, 5, static_cast<std::uint8_t>(number % 3 == 0 ? 4 : 0),
                          number * number};
    const postings::Term term{name.data(), static_cast<std::uint32_t>(name.size())};
    if (!writer.add(term, entry)) {
      require(!names.empty());
      break;
    }
    names.push_back(name);
  }
  require(check_text_page(page.bytes(), kTermPages, 7).ok());
  postings::TermPageReader reader(page.bytes());
  for (std::size_t i = 0; i < names.size(); ++i) {
    require(reader.next());
    const postings::Term term{names[i].data(), static_cast<std::uint32_t>(names[i].size())};
    require(compare(reader.term(), term) == 0 && reader.entry().place == i * i);
    TermEntry entry;
    bool is_found;
    require(postings::find_on_page(page.bytes(), term, &entry, &is_found).ok());
    require(is_found && entry.df == i % 3 + 1 && entry.place == i * i);
    const postings::Term longer{(names[i] += '\0').data(), term.length + 1};
    require(postings::find_on_page(page.bytes(), longer, &entry, &is_found).ok());
    require(!is_found || (i + 1 < names.size() && names[i + 1] == names[i]));
  }
  require(!reader.next() && !reader.is_corrupt());
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::fuzz;
  Input input(data, size);
  constexpr void (*kUses[])(Input*) = {use_numbers, use_short_list, use_block, use_codes,
                                       use_terms};
  kUses[input.byte() % std::size(kUses)](&input);
  return 0;
}
