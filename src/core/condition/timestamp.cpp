#include "core/condition/timestamp.h"

namespace vecext {

namespace {

// The range of the server's times, in seconds since 2000-01-01 UTC: from 4714-11-24 BC to the end
// of the year 294276.
constexpr std::int64_t kFirstSecond = -211813488000;
constexpr std::int64_t kSecondsEnd = 9223371331200;

/// Reads a text from its beginning.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }

  bool skip(char c) {
    if (text_.empty() || text_.front() != c) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }

  bool skip(std::string_view word) {
    if (!text_.starts_with(word)) {
      return false;
    }
    text_.remove_prefix(word.size());
    return true;
  }

  /// Reads a number of exactly `digits` digits. Returns false if the text continues otherwise,
  /// or if the number is greater than `most`.
  bool number(int digits, int most, int* number) {
    if (text_.size() < static_cast<std::size_t>(digits)) {
      return false;
    }
    int read = 0;
    for (int i = 0; i < digits; ++i) {
      const char c = text_[static_cast<std::size_t>(i)];
      if (c < '0' || c > '9') {
        return false;
      }
      read = 10 * read + (c - '0');
    }
    text_.remove_prefix(static_cast<std::size_t>(digits));
    *number = read;
    return read <= most;
  }

  /// Reads the digits after a decimal point, of which there must be at least one. Digits beyond
  /// microseconds are dropped.
  bool microseconds(int* microseconds) {
    int unit = 100000;
    int digit;
    *microseconds = 0;
    if (!number(1, 9, &digit)) {
      return false;
    }
    do {
      *microseconds += unit * digit;
      unit /= 10;
    } while (number(1, 9, &digit));
    return true;
  }

 private:
  std::string_view text_;
};

/// Reads a year of at least 4 digits. Returns false if it is later than the last year that the
/// server has.
bool read_year(Reader* reader, int* year) {
  constexpr int kLastYear = 294277;
  if (!reader->number(4, 9999, year)) {
    return false;
  }
  int digit;
  while (*year <= kLastYear && reader->number(1, 9, &digit)) {
    *year = 10 * *year + digit;
  }
  return *year <= kLastYear;
}

int days_of(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

/// Returns the number of days from 2000-01-01 to a date of the Gregorian calendar. It takes a year
/// from March on, so that the leap day is the last day of a year.
std::int64_t days_since_2000(int year, int month, int day) {
  constexpr int kShift = 4800;  // years in whole periods of 400, so that y is not negative
  const std::int64_t y = year - (month <= 2 ? 1 : 0) + kShift;
  const std::int64_t months = (month + 9) % 12;
  const std::int64_t days = y * 365 + y / 4 - y / 100 + y / 400 + (153 * months + 2) / 5 + day - 1;
  constexpr std::int64_t kBefore = 1999 + kShift;
  constexpr std::int64_t kOf2000 =
      kBefore * 365 + kBefore / 4 - kBefore / 100 + kBefore / 400 + 306;
  return days - kOf2000;
}

/// Reads an offset: Z, UTC, or a sign with hours and perhaps minutes and seconds (local mean times
/// have seconds). If the text ends here, the offset is 0.
bool read_offset(Reader* reader, int* seconds) {
  *seconds = 0;
  if (reader->at_end()) {
    return true;
  }
  reader->skip(' ');
  if (reader->skip('Z') || reader->skip('z') || reader->skip(std::string_view("UTC"))) {
    return reader->at_end();
  }
  const bool west = reader->skip('-');
  int hours;
  if ((!west && !reader->skip('+')) || !reader->number(2, 23, &hours)) {
    return false;
  }
  *seconds = 3600 * hours;
  for (int unit = 60; unit > 0 && !reader->at_end(); unit /= 60) {
    int units;
    reader->skip(':');
    if (!reader->number(2, 59, &units)) {
      return false;
    }
    *seconds += unit * units;
  }
  *seconds *= west ? -1 : 1;
  return reader->at_end();
}

}  // namespace

bool parse_timestamp(std::string_view text, std::int64_t* microseconds) {
  constexpr std::string_view kBeforeChrist = " BC";
  const bool is_before_christ = text.ends_with(kBeforeChrist);
  if (is_before_christ) {
    text.remove_suffix(kBeforeChrist.size());
  }
  Reader reader(text);
  while (reader.skip(' ')) {
  }
  int year;
  int month;
  int day;
  if (!read_year(&reader, &year) || !reader.skip('-') || !reader.number(2, 12, &month) ||
      !reader.skip('-') || !reader.number(2, 31, &day)) {
    return false;
  }
  if (is_before_christ) {
    if (year < 1) {
      return false;
    }
    year = 1 - year;
  }
  if (month < 1 || day < 1 || day > days_of(year, month)) {
    return false;
  }
  int hour = 0;
  int minute = 0;
  int second = 0;
  int fraction = 0;
  int offset = 0;
  if (!reader.at_end()) {
    if (!reader.skip('T') && !reader.skip('t') && !reader.skip(' ')) {
      return false;
    }
    if (!reader.number(2, 23, &hour) || !reader.skip(':') || !reader.number(2, 59, &minute)) {
      return false;
    }
    // A second numbered 60 is a leap second.
    if (reader.skip(':') &&
        (!reader.number(2, 60, &second) || (reader.skip('.') && !reader.microseconds(&fraction)))) {
      return false;
    }
    if (!read_offset(&reader, &offset)) {
      return false;
    }
  }
  const std::int64_t days = days_since_2000(year, month, day);
  const std::int64_t seconds =
      ((days * 24 + hour) * 60 + minute) * 60 + std::int64_t{second} - offset;
  if (seconds < kFirstSecond || seconds >= kSecondsEnd) {
    return false;
  }
  *microseconds = seconds * 1000000 + fraction;
  return true;
}

}  // namespace vecext
