#include "pg/collection/points/cursor.h"

#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"
#include "pg/type/point_id_type.h"

extern "C" {
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/uuid.h"
}

namespace vecext::pg {

namespace {

/// The part of a cursor before the id: the fingerprint, and the value that points are ordered by,
/// in eight bytes each.
struct Head {
  std::uint64_t fingerprint;
  std::uint64_t value;
};

/// Returns the bytes of an id, which lie in `id` or where it points to.
std::string_view bytes_of(Oid type, const Datum* id) {
  switch (type) {
    case INT8OID:
    case INT4OID:
      return {reinterpret_cast<const char*>(id), sizeof(Datum)};
    case UUIDOID:
      return {reinterpret_cast<const char*>(DatumGetUUIDP(*id)->data), UUID_LEN};
    case TEXTOID:
      return view_of(*id);
    default:
      return {DatumGetPointer(*id), sizeof(PointId)};
  }
}

[[noreturn]] void refuse_cursor(const char* detail) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid cursor"),
                  errdetail_internal("%s", detail)));
  pg_unreachable();
}

constexpr const char* kNoCursor = "It is none that scroll() has returned for this collection.";

int hex_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Datum id_from_bytes(Oid type, std::string_view bytes) {
  switch (type) {
    case INT8OID:
    case INT4OID: {
      Datum id;
      if (bytes.size() != sizeof id) {
        refuse_cursor(kNoCursor);
      }
      memcpy(&id, bytes.data(), sizeof id);
      return id;
    }
    case UUIDOID: {
      if (bytes.size() != UUID_LEN) {
        refuse_cursor(kNoCursor);
      }
      auto* id = palloc_object<pg_uuid_t>();
      memcpy(id->data, bytes.data(), UUID_LEN);
      return UUIDPGetDatum(id);
    }
    case TEXTOID:
      if (!pg_verifymbstr(bytes.data(), static_cast<int>(bytes.size()), true)) {
        refuse_cursor(kNoCursor);
      }
      return text_datum(bytes);
    default: {
      PointId id;
      if (bytes.size() != sizeof id ||
          !decode_point_id(reinterpret_cast<const std::byte*>(bytes.data()), sizeof id, &id).ok()) {
        refuse_cursor(kNoCursor);
      }
      return point_id_datum(id);
    }
  }
}

}  // namespace

Datum cursor_as_text(Oid id_type, const ScrollCursor& cursor) {
  const std::string_view id = bytes_of(id_type, &cursor.id);
  const Head head{.fingerprint = cursor.fingerprint, .value = cursor.value};
  const Size size = sizeof head + id.size();
  auto* bytes = palloc_array<char>(size);
  memcpy(bytes, &head, sizeof head);
  memcpy(bytes + sizeof head, id.data(), id.size());
  auto* digits = palloc_array<char>(size * 2);
  hex_encode(bytes, size, digits);
  return text_datum({digits, size * 2});
}

ScrollCursor cursor_from_text(Oid id_type, std::string_view text, std::uint64_t fingerprint) {
  const Size size = text.size() / 2;
  auto* bytes = palloc_array<char>(size + 1);
  for (Size i = 0; i < size; ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) {
      refuse_cursor(kNoCursor);
    }
    bytes[i] = static_cast<char>(high << 4 | low);
  }
  if (text.size() % 2 != 0 || size < sizeof(Head)) {
    refuse_cursor(kNoCursor);
  }
  Head head;
  memcpy(&head, bytes, sizeof head);
  if (head.fingerprint != fingerprint) {
    refuse_cursor("It belongs to another request: filter, order and collection must be the same.");
  }
  return {.fingerprint = fingerprint,
          .value = head.value,
          .id = id_from_bytes(id_type, {bytes + sizeof head, size - sizeof head})};
}

}  // namespace vecext::pg
