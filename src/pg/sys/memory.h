// Objects and arrays in memory contexts, and arenas for core whose memory comes from a memory
// context.
//
// Since 16 the server has macros palloc_array() and palloc_object(), which take the type as an
// argument. Parentheses around these names keep the macros from being expanded.
#pragma once

#include <new>
#include <utility>

#include "core/base/arena.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns how many bytes `n` values take, or SIZE_MAX if a Size cannot hold that number. Every
/// allocation function refuses SIZE_MAX.
template <class T, class N>
Size array_bytes(N n) {
  Size bytes;
  return __builtin_mul_overflow(n, sizeof(T), &bytes) ? SIZE_MAX : bytes;
}

/// Returns room for `n` values, which must not take more than 1 GB, in the current memory context.
/// Raises an ERROR if they take more, or if `n` is negative.
template <class T, class N>
T*(palloc_array)(N n) {
  return static_cast<T*>(palloc(array_bytes<T>(n)));
}

/// Returns room for `n` values, all zeros, in the current memory context.
template <class T, class N>
T*(palloc0_array)(N n) {
  return static_cast<T*>(palloc0(array_bytes<T>(n)));
}

/// Returns room for n values in `context`.
template <class T, class N>
T* array_in(MemoryContext context, N n) {
  return static_cast<T*>(MemoryContextAlloc(context, array_bytes<T>(n)));
}

/// Returns room for `n` values in `context`. They may take more than 1 GB.
template <class T, class N>
T* huge_array(N n, MemoryContext context = CurrentMemoryContext) {
  return static_cast<T*>(MemoryContextAllocHuge(context, array_bytes<T>(n)));
}

/// Resizes an array of huge_array() to room for `n` values. If `array` is null, returns a new array
/// in `context`.
template <class T, class N>
T* resized(T* array, N n, MemoryContext context) {
  return array == nullptr ? huge_array<T>(n, context)
                          : static_cast<T*>(repalloc_huge(array, array_bytes<T>(n)));
}

/// Returns a new T(args...) in `context`.
template <class T, class... Args>
T* object_in(MemoryContext context, Args&&... args) {
  return new (MemoryContextAlloc(context, sizeof(T))) T(std::forward<Args>(args)...);
}

/// Returns a new T(args...) in the current memory context.
template <class T, class... Args>
T*(palloc_object)(Args&&... args) {
  return object_in<T>(CurrentMemoryContext, std::forward<Args>(args)...);
}

/// Returns a struct in `context`, all of whose bytes are zeros.
template <class T>
T* zeroed_in(MemoryContext context) {
  return static_cast<T*>(MemoryContextAllocZero(context, sizeof(T)));
}

/// Returns a struct in the current memory context, all of whose bytes are zeros.
template <class T>
T*(palloc0_object)() {
  return zeroed_in<T>(CurrentMemoryContext);
}

/// Returns an arena whose memory belongs to `context`. It can allocate more than 1 GB at a time. If
/// there is no memory, an allocation returns null, which core reports in its Status.
Arena context_arena(MemoryContext context);

/// Calls function(arg) once, when `context` is reset or deleted.
void call_at_reset(MemoryContext context, MemoryContextCallbackFunction function, void* arg);

/// How much memory a build or a reorganization of an index may take in this process, and the name
/// of the setting that limits it. In an autovacuum worker that is autovacuum_work_mem, if it is
/// set. Otherwise it is maintenance_work_mem, as for the server's own indexes.
struct MaintenanceMemory {
  const char* setting;
  Size bytes;
};
MaintenanceMemory maintenance_memory();

/// The setting vecext.cache_size, in kB. It limits the memory in which a backend keeps data of
/// indexes and tables from one statement to the next.
extern int cache_size;

}  // namespace vecext::pg
