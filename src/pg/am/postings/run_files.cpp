#include "pg/am/postings/run_files.h"

#include <algorithm>

#include "core/postings/segment/term_entry.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

/// Raises the error that a file has fewer bytes than were written to it.
[[noreturn]] void raise_unreadable() {
  ereport(ERROR, (errcode_for_file_access(), errmsg("could not read from temporary file")));
}

}  // namespace

RunWriter::RunWriter(RunFile* file)
    : file_(file),
      part_(palloc_array<uint8>(kMostOfPart + postings::kLongestPosting)),
      out_(palloc_array<uint8>(kRoom)) {}

void RunWriter::write_out() {
  BufFileWrite(file_->file, out_, out_bytes_);
  file_->bytes += out_bytes_;
  out_bytes_ = 0;
}

void RunWriter::put(const void* bytes, Size n) {
  // The bytes are at most as long as a part or a term.
  if (out_bytes_ + n > kRoom) {
    write_out();
  }
  memcpy(out_ + out_bytes_, bytes, n);
  out_bytes_ += n;
}

void RunWriter::put(uint64 number) {
  uint8 coded[postings::kLongestNumber];
  put(coded, static_cast<Size>(postings::put_number(coded, number) - coded));
}

Status RunWriter::add_coded_document(RowId row, uint8 code) {
  put(documents_ == 0 ? row.packed() + 1 : row.packed() - last_row_);
  put(&code, 1);
  last_row_ = row.packed();
  ++documents_;
  return {};
}

Status RunWriter::end_documents() {
  put(0);
  return {};
}

void RunWriter::begin_term(const postings::Term& term) {
  put(term.length + 1);
  put(term.bytes, term.length);
  next_document_ = 0;
}

Status RunWriter::add_extra(DocumentId document, uint32 extra) {
  uint8* end = postings::put_posting(part_ + part_bytes_, document - next_document_, extra);
  part_bytes_ = static_cast<Size>(end - part_);
  next_document_ = document + 1;
  if (part_bytes_ >= kMostOfPart) {
    write_part();
  }
  return {};
}

void RunWriter::write_part() {
  if (part_bytes_ > 0) {
    put(part_bytes_);
    put(part_, part_bytes_);
    part_bytes_ = 0;
  }
}

Status RunWriter::end_term() {
  write_part();
  put(0);
  return {};
}

void RunWriter::finish() {
  put(0);
  write_out();
  pfree(part_);
  pfree(out_);
}

RunReader::RunReader(BufFile* file, uint64 start)
    : file_(file),
      position_(start),
      bytes_(palloc_array<uint8>(kRoom)),
      term_(palloc_array<char>(postings::kLongestTerm)) {}

/// Reads on until n bytes are there, or the file ends.
void RunReader::fill(Size n) {
  if (end_ - at_ >= n) [[likely]] {
    return;
  }
  memmove(bytes_, bytes_ + at_, end_ - at_);
  end_ -= at_;
  at_ = 0;
  if (BufFileSeek(file_, 0, static_cast<off_t>(position_), SEEK_SET) != 0) {
    ereport(ERROR, (errcode_for_file_access(), errmsg("could not seek in temporary file")));
  }
  const Size read = BufFileRead(file_, bytes_ + end_, kRoom - end_);
  position_ += read;
  end_ += read;
}

const uint8* RunReader::read(Size n) {
  fill(n);
  if (end_ - at_ < n) {
    raise_unreadable();
  }
  at_ += n;
  return bytes_ + at_ - n;
}

uint64 RunReader::get_number() {
  fill(postings::kLongestNumber);
  uint64 number;
  const uint8* next = postings::get_number(bytes_ + at_, bytes_ + end_, &number);
  if (next == nullptr) {
    raise_unreadable();
  }
  at_ = static_cast<Size>(next - bytes_);
  return number;
}

bool RunReader::next_document() {
  const uint64 step = get_number();
  if (step == 0) {
    return false;
  }
  packed_row_ = packed_row_ == 0 ? step - 1 : packed_row_ + step;
  row_ = {static_cast<uint32>(packed_row_ >> 16), static_cast<uint16>(packed_row_)};
  code_ = *read(1);
  return true;
}

bool RunReader::next_term() {
  const uint64 length = get_number();
  if (length == 0) {
    return false;
  }
  if (length - 1 > postings::kLongestTerm) {
    raise_unreadable();
  }
  term_length_ = static_cast<uint32>(length - 1);
  memcpy(term_, read(term_length_), term_length_);
  part_left_ = 0;
  next_document_ = 0;
  return true;
}

bool RunReader::next_posting() {
  if (part_left_ == 0) {
    part_left_ = get_number();
    if (part_left_ == 0) {
      return false;
    }
  }
  fill(postings::kLongestPosting);
  const uint8* from = bytes_ + at_;
  const uint8* end = from + Min(part_left_, end_ - at_);
  uint64 x;
  const uint8* to = postings::get_number(from, end, &x);
  if (to == nullptr || ((x & 1) != 0 && to == end)) {
    raise_unreadable();
  }
  document_ = next_document_ + static_cast<uint32>(x >> 1);
  next_document_ = document_ + 1;
  extra_ = (x & 1) != 0 ? *to++ : 0;
  part_left_ -= static_cast<Size>(to - from);
  at_ += static_cast<Size>(to - from);
  return true;
}

}  // namespace vecext::pg
