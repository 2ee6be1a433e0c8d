#include "pg/shared/build_id.h"

#include <link.h>

namespace vecext::pg {

namespace {

constexpr char kGnu[] = "GNU";

Size aligned_to_word(Size size) {
  return TYPEALIGN(sizeof(ElfW(Word)), size);
}

/// Returns the first bytes of the build id if it is among these notes, or 0 if it is not.
uint64 find_id(const char* notes, Size size) {
  uint64 id = 0;
  for (const char* at = notes; at + sizeof(ElfW(Nhdr)) <= notes + size;) {
    const auto* note = reinterpret_cast<const ElfW(Nhdr)*>(at);
    const char* name = at + sizeof *note;
    const char* description = name + aligned_to_word(note->n_namesz);
    if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof kGnu &&
        memcmp(name, kGnu, sizeof kGnu) == 0 && note->n_descsz >= sizeof id) {
      memcpy(&id, description, sizeof id);
      return id;
    }
    at = description + aligned_to_word(note->n_descsz);
  }
  return id;
}

bool holds(const dl_phdr_info& object, const void* address) {
  const auto at = reinterpret_cast<ElfW(Addr)>(address) - object.dlpi_addr;
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object.dlpi_phdr[i];
    if (segment.p_type == PT_LOAD && at - segment.p_vaddr < segment.p_memsz) {
      return true;
    }
  }
  return false;
}

/// Sets `*id` to the build id if the object is this library, and then returns a value other than 0,
/// which ends the iteration over objects.
int visit_object(dl_phdr_info* object, size_t, void* id) {
  if (!holds(*object, reinterpret_cast<const void*>(&build_id))) {
    return 0;
  }
  auto* found = static_cast<uint64*>(id);
  for (int i = 0; i < object->dlpi_phnum && *found == 0; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type == PT_NOTE) {
      *found = find_id(reinterpret_cast<const char*>(object->dlpi_addr + segment.p_vaddr),
                       segment.p_memsz);
    }
  }
  return 1;
}

}  // namespace

uint64 build_id() {
  uint64 id = 0;
  dl_iterate_phdr(visit_object, &id);
  return id;
}

}  // namespace vecext::pg
