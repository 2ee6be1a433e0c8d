// Single pages whose bytes are anything: what the check of a page, or of the meta page that its
// layout follows from, admits, leads no reader out of the page.
#include "core/graph/format/graph_model.h"
#include "core/ivf/lists/list_model.h"
#include "core/postings/segment/document_cursor.h"
#include "core/postings/segment/term_page.h"
#include "damaged_store.h"

namespace vecext::fuzz {
namespace {

constexpr std::uint32_t kChain = 7;

/// What is asked for last: a change of the page, behind the server's part.
void change_page(Input* input, OnePage* page) {
  change_bytes(input, page->bytes() + 24, kPageSize - 24, 8);
}

void use_codes(Input* input, const ivf::Model& model) {
  static OnePage page;
  const CodeLayout& layout = model.codes;
  page.begin(PageKind::kCodes, 1, kChain, input->two());
  change_page(input, &page);
  if (!check_code_page(page.bytes(), layout).ok()) {
    return;
  }
  if (layout.rerank_pages > 0) {
    const PageId* numbers = rerank_pages(page.bytes(), layout);
    page.has(numbers, static_cast<std::size_t>(layout.rerank_pages) * sizeof *numbers);
  }
  for (std::int32_t i = 0; i < page_head(page.bytes())->rows; i += kBlockLanes) {
    const auto block = code_block(page.bytes(), layout, i / kBlockLanes);
    page.has(block.codes(), layout.stride());
    require(reinterpret_cast<std::byte*>(block.rows() + kBlockLanes) == block.at + layout.stride());
    require(layout.rerank_pages == 0 ||
            block.at + layout.stride() <=
                reinterpret_cast<std::byte*>(rerank_pages(page.bytes(), layout)));
  }
  if (layout.rerank_bytes > 0 && page_head(page.bytes())->rows > 0) {
    const std::int32_t last = page_head(page.bytes())->rows - 1;
    require(last / layout.rerank_places < layout.rerank_pages);
    page.has(rerank_vector_at(page.bytes(), layout.rerank_bytes, layout.rerank_places - 1),
             layout.rerank_bytes);
  }
}

/// Pages of an index of lists.
void use_lists(Input* input) {
  static OnePage page;
  page.begin(PageKind::kMeta, 0, 0, 0);
  Meta& meta = *meta_of(page.bytes());
  constexpr std::uint8_t kBits[] = {0, 1, 2, 4};
  const std::uint32_t choice = input->byte();
  meta = {};
  meta.head = meta_head(MetaKind::kLists);
  meta.bits = kBits[choice % 4];
  meta.rerank = static_cast<std::uint8_t>(meta.bits == 0 ? 0 : choice / 4 % 3);
  meta.element = static_cast<std::uint8_t>(1 + choice / 16 % (meta.bits == 0 ? 3 : 2));
  meta.dims = static_cast<std::int32_t>(1 + input->two() % 4100);
  meta.rotated = meta.bits == 0 ? meta.dims : rotated_dims(meta.dims);
  meta.coded = meta.rotated / 4 * 4;
  meta.list_rows = 1;
  meta.lists = 1;
  change_bytes(input, page.bytes() + kPayloadOffset, sizeof meta, input->byte() % 3);
  if (!check_meta_page(page.bytes()).ok() || !ivf::has_sound_dims(meta)) {
    return;
  }
  ivf::Model model{};
  model.meta = meta;
  ivf::derive(&model);
  if (!model.has_vectors()) {
    use_codes(input, model);
    return;
  }
  page.begin(PageKind::kVectors, 1, kChain, input->two());
  change_page(input, &page);
  if (check_vector_page(page.bytes(), model.vectors).ok()) {
    const std::int32_t rows = page_head(page.bytes())->rows;
    for (std::int32_t i = 0; i < rows; ++i) {
      page.has(vector_at(page.bytes(), model.vectors, i), model.vectors.bytes);
      page.has(vector_rows(page.bytes(), model.vectors) + i, sizeof(RowId));
    }
  }
}

void use_nodes(const GraphModel& model, OnePage* page) {
  const NodeLayout& layout = model.layout;
  const auto groups = static_cast<std::size_t>(layout.groups);
  require(rerank_bytes(model.rerank(), model.dims()) <= layout.rerank_bytes);
  for (std::int32_t i = 0; i < page_head(page->bytes())->rows; ++i) {
    require(layout.slot_of(layout.id_of(11, i)) == i && layout.page_of(layout.id_of(11, i)) == 11);
    const auto slot = node_slot(page->bytes(), layout, i);
    page->has(slot.at, layout.slot_bytes);
    require(slot.rerank() + layout.rerank_bytes <= reinterpret_cast<std::byte*>(slot.neighbors()));
    const auto last = slot.block(layout.blocks() - 1);
    require(last.codes() + 16 * groups == reinterpret_cast<std::uint8_t*>(last.a()));
    require(last.at + layout.block_bytes() <= slot.at + layout.slot_bytes);
    require(reinterpret_cast<std::byte*>(slot.neighbors() + layout.degree) <= slot.block(0).at);
  }
}

void use_pending(const GraphModel& model, OnePage* page) {
  const PendingLayout& layout = model.pending;
  const std::int32_t rows = page_head(page->bytes())->rows;
  for (std::int32_t i = 0; i < rows; ++i) {
    page->has(pending_rows(page->bytes(), layout) + i, sizeof(RowId));
    page->has(pending_vector(page->bytes(), layout, i), layout.rerank_bytes);
    if (layout.blocks > 0) {
      const auto block = pending_block(page->bytes(), layout, i / kBlockLanes);
      page->has(block.at, layout.block_bytes());
      require(block.at + layout.block_bytes() <=
              reinterpret_cast<std::byte*>(pending_rows(page->bytes(), layout)));
    }
  }
  const float scale = pending_scale(page->bytes());
  require(scale >= 0);
}

/// Pages of a graph with codes.
void use_graph(Input* input, const GraphModel& model) {
  static OnePage page;
  constexpr PageKind kKinds[] = {PageKind::kNodes, PageKind::kPending, PageKind::kNodeCodes,
                                 PageKind::kRecords};
  const PageKind kind = kKinds[input->byte() % 4];
  page.begin(kind, 0, kChain, input->two());
  change_page(input, &page);
  const std::int32_t rows = page_head(page.bytes())->rows;
  if (kind == PageKind::kNodes && check_node_page(page.bytes(), model.layout).ok()) {
    use_nodes(model, &page);
  } else if (kind == PageKind::kPending && check_pending_page(page.bytes(), model.pending).ok()) {
    use_pending(model, &page);
  } else if (kind == PageKind::kNodeCodes &&
             check_node_codes_page(page.bytes(), model.code_bytes()).ok()) {
    for (std::int32_t i = 0; i < rows; ++i) {
      const auto block = node_block(page.bytes(), model.code_bytes(), i);
      page.has(block.at, block.bytes(model.code_bytes()));
      require(reinterpret_cast<std::byte*>(block.rows() + kBlockLanes) ==
              block.at + block.bytes(model.code_bytes()));
    }
  } else if (kind == PageKind::kRecords &&
             check_node_records_page(page.bytes(), model.records_layout()).ok()) {
    const NodeRecordsLayout layout = model.records_layout();
    constexpr std::size_t kStep = NodeRecordsLayout::kStep;
    for (std::int32_t i = 0; i < rows; ++i) {
      page.has(page.bytes() + layout.offset(i), layout.record_bytes());
      require(layout.offset(i) + (layout.code_bytes + kStep - 1) / kStep * kStep <= kPageSize);
    }
  }
}

/// Puts records of sizes that the input names on a page; requires that each is found again.
void fill_packed(Input* input, const RecordForm& form, std::int32_t most, OnePage* page) {
  static std::byte record[kLongestRecord];
  static OnePage rest;
  const std::uint32_t count = input->byte() % 32;
  for (std::uint32_t i = 0; i < count && static_cast<std::int32_t>(i) < most; ++i) {
    std::size_t element = form.element_bytes;
    if (element == 0) {
      const auto elements = static_cast<std::int32_t>(input->two() % 1001);
      std::memcpy(record + form.element_at + 4, &elements, sizeof elements);
      element = kSmallestElement + 8 * static_cast<std::size_t>(elements);
    }
    const std::size_t bytes = form.bytes(element);
    if (bytes > kFirstPart) {
      if (i == 0 && bytes <= kLongestRecord) {
        put_long_record(page->bytes(), record, bytes, rest.bytes(), 9);
        require(check_page(rest.bytes(), PageKind::kRest).ok());
      }
      break;
    }
    if (!has_room(page->bytes(), bytes)) {
      break;
    }
    put_record(page->bytes(), record, bytes);
    Record found;
    require(find_record(page->bytes(), form, page_head(page->bytes())->rows - 1, &found) &&
            found.bytes == bytes && found.rest == 0);
  }
  require(has_sound_records(page->bytes(), form));
}

/// Pages of records of any size: of a graph of whole vectors.
void use_packed(Input* input, const GraphModel& model) {
  static OnePage page;
  const bool is_pending = input->byte() % 2 == 1;
  const RecordForm& form = is_pending ? model.pending_record : model.node;
  page.begin(is_pending ? PageKind::kPending : PageKind::kNodes, 0, kChain, 0);
  fill_packed(input, form, is_pending ? model.pending.places : model.layout.slots, &page);
  change_page(input, &page);
  const Status status = is_pending ? check_pending_page(page.bytes(), model.pending)
                                   : check_node_page(page.bytes(), model.layout);
  if (!status.ok()) {
    return;
  }
  bool all = true;
  for (std::int32_t i = -1; i <= page_head(page.bytes())->rows; ++i) {
    Record record;
    const bool is_found = find_record(page.bytes(), form, i, &record);
    all = all && (is_found || i < 0 || i == page_head(page.bytes())->rows);
    if (is_found) {
      page.has(record.at, record.rest == 0 ? record.bytes : kFirstPart);
      require(record.bytes >= form.element_at && record.bytes <= kLongestRecord);
    }
  }
  require(all == has_sound_records(page.bytes(), form));
  const std::size_t bytes = form.bytes(std::max(form.element_bytes, kSmallestElement));
  static std::byte record[kLongestRecord];
  if (all && has_room(page.bytes(), bytes)) {
    put_record(page.bytes(), record, bytes);
  }
}

void use_graphs(Input* input) {
  static OnePage page;
  page.begin(PageKind::kMeta, 0, 0, 0);
  GraphMeta& meta = *graph_meta_of(page.bytes());
  const std::uint32_t choice = input->byte();
  meta = {};
  meta.head = meta_head(MetaKind::kGraph);
  meta.element = static_cast<std::uint8_t>(1 + choice % 4);
  meta.metric = static_cast<std::uint8_t>(choice / 4 % 6);
  meta.dims = static_cast<std::int32_t>(1 + input->two() % (choice % 4 < 2 ? 8000 : 64000));
  meta.m = static_cast<std::int32_t>(2 + choice / 32 * 6);
  meta.scale = 1;
  meta.parts[kMain] = {
      .model = 1, .entries = 1, .chain = 1, .nodes = 1, .entry_scale = 1, .rows = kNoPage};
  if (!plan_graph(&meta)) {
    return;
  }
  change_bytes(input, page.bytes() + kPayloadOffset, sizeof meta, input->byte() % 3);
  if (!check_graph_meta_page(page.bytes()).ok()) {
    return;
  }
  GraphModel model{};
  model.meta = meta;
  derive(&model);
  if (has_sound_form(model)) {
    model.is_flat() ? use_packed(input, model) : use_graph(input, model);
  }
}

std::string term_name(std::uint32_t i) {
  return "t" + std::to_string(100 + i * 7) + std::string(i % 9, 'x');
}

/// Pages of terms.
void use_terms(Input* input) {
  static const std::vector<std::byte> sound = [] {
    OnePage page;
    page.begin(PageKind::kTextTerms, 0, kChain, 0);
    postings::TermPageWriter writer;
    writer.begin(page.bytes());
    for (std::uint32_t i = 0; i < 60; ++i) {
      const std::string name = term_name(i);
      require(writer.add({name.data(), static_cast<std::uint32_t>(name.size())},
                         {i % 3 == 0 ? 1 : i * 50, 9, 1, i * 1000}));
    }
    return std::vector<std::byte>(page.bytes(), page.bytes() + kPageSize);
  }();
  static OnePage page;
  std::copy(sound.begin(), sound.end(), page.bytes());
  const std::string name = term_name(input->byte() % 64);
  // Most bytes of the page are free: damage of those that are not finds more.
  const std::uint32_t choice = input->byte();
  if (choice % 2 == 0) {
    change_bytes(input, page.bytes() + kPayloadOffset, 700, 8);
    change_bytes(input, page.bytes() + kPayloadEnd - 16, 16, 2);
  } else {
    change_page(input, &page);
  }
  if (!check_text_page(page.bytes(), kTermPages, kChain).ok()) {
    return;
  }
  postings::TermPageReader reader(page.bytes());
  std::uint32_t terms = 0;
  while (reader.next()) {
    require(reader.term().length <= postings::kLongestTerm && reader.entry().df > 0);
    ++terms;
  }
  require(reader.is_corrupt() || terms == reader.terms());
  const postings::Term term{name.data(), static_cast<std::uint32_t>(name.size())};
  postings::TermEntry entry;
  bool is_found;
  static_cast<void>(postings::find_on_page(page.bytes(), term, &entry, &is_found));
}

constexpr std::uint32_t kDocuments = 90;

/// Pages of rows, lengths and living documents: 0 to 2.
DamagedStore make_documents() {
  test::MemoryStore pages;
  constexpr PageKind kKinds[] = {PageKind::kTextLengths, PageKind::kTextRows, PageKind::kTextLive};
  std::byte* bytes[3];
  for (int i = 0; i < 3; ++i) {
    PageId page;
    require(pages.add(&page, bytes + i).ok());
    init_page(bytes[i], kKinds[i], 0, kChain);
  }
  page_head(bytes[0])->rows = kDocuments;
  page_head(bytes[2])->rows = kDocuments;
  std::uint32_t document = 0;
  for (std::uint32_t i = 0; document < kDocuments; ++i) {
    const std::uint32_t lines = std::min(kDocuments - document, 30u);
    row_entries(bytes[1])[i] = {i, 0, 0, document, ((std::uint64_t{1} << lines) - 1) << 1};
    page_head(bytes[1])->rows = static_cast<std::uint16_t>(i + 1);
    document += lines;
  }
  return DamagedStore(pages);
}

/// All documents of a segment, one after another.
void use_documents(Input* input) {
  static DamagedStore store = make_documents();
  static postings::DocumentPages memory;
  constexpr PageId kPages[] = {0, 1, 2};
  store.damage(input, 8, true);
  postings::Segment segment{};
  segment.entry.chain = kChain;
  segment.entry.documents = kDocuments;
  for (const TextPart part : {kLengthPages, kRowPages, kLivePages}) {
    segment.entry.pages[part] = 1;
    segment.pages[part] = kPages + part;
  }
  postings::DocumentCursor<DamagedStore> at;
  std::uint64_t seen = 0;  // of whatever the reader shows
  Status status = at.begin(store, segment, &memory);
  for (std::uint32_t i = 0; status.ok() && !at.is_end(); ++i) {
    require(at.document() == i && i < kDocuments);
    seen += at.row().packed() + at.length() + (at.is_living() ? 1 : 0);
    status = at.next(store);
  }
  asm volatile("" : : "r"(seen));  // no reader is left out
}

/// The directory of a segment whose entry in the meta page says anything that is admitted.
void use_directory(Input* input) {
  static OnePage page;
  page.begin(PageKind::kMeta, 0, 0, 0);
  TextMeta& meta = *text_meta_of(page.bytes());
  std::memset(static_cast<void*>(&meta), 0, sizeof meta);
  meta.head = meta_head(MetaKind::kText);
  meta.segments = 1;
  SegmentEntry& entry = meta.entries[0];
  entry = {.chain = kChain,
           .documents = 100,
           .living = 90,
           .terms = 50,
           .tokens = 300,
           .postings = 200,
           .average = 3,
           .k1 = 1.2F,
           .b = 0.75F,
           .directory = 3,
           .pages = {1, 1 + input->byte() % 4, 1, 0, 0, 1, input->byte() % 6},
           .separators = input->byte() % 64};
  change_bytes(input, page.bytes() + kPayloadOffset, sizeof meta, input->byte() % 3);
  if (!check_text_meta_page(page.bytes()).ok() || meta.segments == 0) {
    return;
  }
  postings::Segment segment{};
  segment.entry = entry;
  const std::size_t size = postings::directory_bytes(entry);
  if (size > 4096) {
    return;  // the arena bounds what is read
  }
  ExactMemory memory;
  auto* bytes = Arena(memory).array<std::byte>(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::byte>(input->is_end() ? i % 4 == 0 ? i / 4 : 0 : input->byte());
  }
  if (!postings::read_directory(bytes, &segment)) {
    return;
  }
  const char* end = reinterpret_cast<const char*>(bytes) + size;
  require(segment.separators + entry.separators == end);
  const std::string name = term_name(input->byte() % 64);
  const postings::Term term{name.data(), static_cast<std::uint32_t>(name.size())};
  const std::uint32_t place = postings::term_page_of(segment, term);
  require(place < entry.pages[kTermPages] || (place == 0 && entry.pages[kTermPages] == 0));
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::fuzz;
  Input input(data, size);
  constexpr void (*kUses[])(Input*) = {use_lists, use_graphs,    use_graphs,
                                       use_terms, use_documents, use_directory};
  kUses[input.byte() % std::size(kUses)](&input);
  return 0;
}
