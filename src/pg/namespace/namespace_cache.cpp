#include "pg/namespace/namespace_cache.h"

#include "pg/namespace/namespace_columns.h"
#include "pg/registry/registry_rows.h"
#include "pg/sys/error.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_collation.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

char* chosen_namespace;

namespace {

// Attribute numbers of vecext.namespace_roles.
enum { kRole = 1, kNamespaceOfRole };

constexpr Size kMostIdBytes = 255;

struct NamespaceEntry {
  char id[kMostIdBytes + 1];  // key
  Namespace found;
};

/// How a role gets its namespace.
struct RoleEntry {
  Oid role;  // key
  bool is_known;
  bool chooses;  // by the setting
  char id[kMostIdBytes + 1];
};

MemoryContext cache_context;  // null before the first look-up
uint64 generation_of_cache;
HTAB* namespaces;
HTAB* roles;

HTAB* new_table(MemoryContext context, const char* name, Size key, Size entry, int key_flag) {
  HASHCTL control{};
  control.keysize = key;
  control.entrysize = entry;
  control.hcxt = context;
  return hash_create(name, 16, &control, HASH_ELEM | HASH_CONTEXT | key_flag);
}

/// Forgets what the session has read, if the registry has changed since.
void open_cache() {
  const uint64 generation = registry_generation();
  if (cache_context != nullptr && generation == generation_of_cache) {
    return;
  }
  if (cache_context != nullptr) {
    const MemoryContext old = cache_context;
    cache_context = nullptr;
    MemoryContextDelete(old);
  }
  const MemoryContext context =
      AllocSetContextCreate(CacheMemoryContext, "vecext namespaces", ALLOCSET_SMALL_SIZES);
  namespaces = new_table(context, "vecext namespaces", sizeof(NamespaceEntry::id),
                         sizeof(NamespaceEntry), HASH_STRINGS);
  roles =
      new_table(context, "vecext roles of namespaces", sizeof(Oid), sizeof(RoleEntry), HASH_BLOBS);
  generation_of_cache = generation;
  cache_context = context;
}

NamespaceStatus status_of_name(std::string_view name) {
  return name == "active"      ? NamespaceStatus::kActive
         : name == "read_only" ? NamespaceStatus::kReadOnly
         : name == "suspended" ? NamespaceStatus::kSuspended
                               : NamespaceStatus::kPendingDeletion;
}

/// Reads the namespace of that id into `entry`. Returns false if there is none.
bool read_namespace(NamespaceEntry* entry) {
  bool is_found = false;
  read_rows("namespaces", "namespaces_pkey", kId, F_TEXTEQ, C_COLLATION_OID,
            CStringGetTextDatum(entry->id), [&](const Datum* values, const bool* nulls) {
              const auto large = [&](int n) {
                return nulls[n - 1] ? int64{-1} : DatumGetInt64(values[n - 1]);
              };
              const auto small = [&](int n) {
                return nulls[n - 1] ? int32{-1} : DatumGetInt32(values[n - 1]);
              };
              entry->found = {
                  .id = entry->id,
                  .key = {.database = MyDatabaseId,
                          .registry = registry_table("namespaces"),
                          .number = DatumGetInt32(values[kNumber - 1])},
                  .status = status_of_name(view_of(values[kStatus - 1])),
                  .quotas = {.rows = {.vectors = large(kMaxVectors), .bytes = large(kMaxStorage)},
                             .calls = {.requests_per_second = small(kMaxRate),
                                       .concurrent_queries = small(kMaxConcurrent)},
                             .dimension = small(kMaxDimension),
                             .results = small(kMaxResults),
                             .batch = small(kMaxBatch)}};
              is_found = true;
            });
  return is_found;
}

void read_role(RoleEntry* entry) {
  read_rows("namespace_roles", "namespace_roles_pkey", kRole, F_OIDEQ, InvalidOid,
            ObjectIdGetDatum(entry->role), [&](const Datum* values, const bool* nulls) {
              entry->is_known = true;
              entry->chooses = nulls[kNamespaceOfRole - 1];
              if (!entry->chooses) {
                const std::string_view id = view_of(values[kNamespaceOfRole - 1]);
                memcpy(entry->id, id.data(), Min(id.size(), kMostIdBytes));
              }
            });
}

/// Calls read() until the registry does not change meanwhile, and opens the cache for what it has
/// read. A change may be processed after the rows were read: they would stay in the cache then.
template <class Read>
void read_unchanged(Read read) {
  uint64 generation = 0;
  do {
    generation = registry_generation();
    read();
  } while (generation != registry_generation());
  open_cache();
}

/// Returns what the session knows of a role.
const RoleEntry* role_of(Oid role) {
  open_cache();
  const auto* known = static_cast<RoleEntry*>(hash_search(roles, &role, HASH_FIND, nullptr));
  if (known != nullptr) {
    return known;
  }
  RoleEntry read{};
  read_unchanged([&] {
    read = {};
    read.role = role;
    read_role(&read);
  });
  auto* entry = static_cast<RoleEntry*>(hash_search(roles, &role, HASH_ENTER, nullptr));
  *entry = read;
  return entry;
}

[[noreturn]] void raise_status(const Namespace& refused, const char* status) {
  ereport(ERROR, (errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
                  errmsg("namespace \"%s\" is %s", refused.id, status),
                  about({.rule = "namespace_status"})));
  pg_unreachable();
}

}  // namespace

void define_namespace_setting() {
  DefineCustomStringVariable(
      "vecext.namespace", "Sets the namespace whose rows the session sees.",
      "It applies to roles that vecext.grant_namespace() lets choose. Empty: none.",
      &chosen_namespace, "", PGC_USERSET, 0, nullptr, nullptr, nullptr);
}

const Namespace* find_namespace(std::string_view id) {
  if (id.size() > kMostIdBytes) {
    return nullptr;
  }
  NamespaceEntry read{};
  memcpy(read.id, id.data(), id.size());  // first, as the id may be in the cache
  open_cache();
  const auto* known =
      static_cast<NamespaceEntry*>(hash_search(namespaces, read.id, HASH_FIND, nullptr));
  if (known != nullptr) {
    return &known->found;
  }
  bool exists = false;
  read_unchanged([&] { exists = read_namespace(&read); });
  if (!exists) {
    return nullptr;
  }
  auto* entry = static_cast<NamespaceEntry*>(hash_search(namespaces, read.id, HASH_ENTER, nullptr));
  entry->found = read.found;
  entry->found.id = entry->id;
  return &entry->found;
}

void raise_no_namespace(std::string_view id) {
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_OBJECT),
           errmsg("namespace \"%.*s\" does not exist", static_cast<int>(id.size()), id.data()),
           about({.rule = "namespace"})));
  pg_unreachable();
}

const Namespace& namespace_of_id(std::string_view id) {
  const Namespace* found = find_namespace(id);
  if (found == nullptr) {
    raise_no_namespace(id);
  }
  return *found;
}

void check_may_use(const Namespace& owner, int32 caller) {
  const Oid role = GetUserId();
  if (owner.key.number != caller && !has_bypassrls_privilege(role)) {
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("role \"%s\" may not write rows of namespace \"%s\"",
                           GetUserNameFromId(role, false), owner.id)));
  }
}

void keep_from_removal(const Namespace& written) {
  LockDatabaseObject(written.key.registry, static_cast<Oid>(written.key.number), kLockOfRows,
                     RowExclusiveLock);
  const Namespace* found = find_namespace(written.id);
  if (found == nullptr || !(found->key == written.key)) {
    raise_no_namespace(written.id);
  }
}

const Namespace* namespace_of_caller() {
  const RoleEntry* role = role_of(GetUserId());
  if (!role->is_known) {
    return nullptr;
  }
  if (!role->chooses) {
    return &namespace_of_id(role->id);
  }
  return *chosen_namespace == '\0' ? nullptr : &namespace_of_id(chosen_namespace);
}

void check_may_read(const Namespace& read) {
  if (read.status == NamespaceStatus::kSuspended) {
    raise_status(read, "suspended");
  }
  if (read.status == NamespaceStatus::kPendingDeletion) {
    raise_status(read, "pending deletion");
  }
}

void check_may_write(const Namespace& written) {
  check_may_read(written);
  if (written.status == NamespaceStatus::kReadOnly) {
    raise_status(written, "read-only");
  }
}

// vecext.current_namespace() → text
VECEXT_FUNCTION(vecext_current_namespace)
{
  const Namespace* current = namespace_of_caller();
  if (current == nullptr) {
    PG_RETURN_NULL();
  }
  check_may_read(*current);
  return CStringGetTextDatum(current->id);
}

// The trigger of the tables of namespaces. The registry's generation is that of namespaces, too.
VECEXT_FUNCTION(vecext_internal_namespaces_changed)
{
  invalidate_registry();
  return PointerGetDatum(nullptr);
}

}  // namespace vecext::pg
