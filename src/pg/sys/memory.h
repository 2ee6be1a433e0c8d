// Objects and arrays in memory contexts, and the core's memory, which is of such a context.
//
// Since 16 the server has macros palloc_array() and palloc_object(), which take the type as an
// argument; parentheses around a name keep them out.
#pragma once

#include <new>
#include <utility>

#include "core/base/arena.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// How many bytes n values have; SIZE_MAX, which every allocation refuses, if that is no Size.
template <class T, class N>
Size array_bytes(N n) {
  Size bytes;
  return __builtin_mul_overflow(n, sizeof(T), &bytes) ? SIZE_MAX : bytes;
}

/// Room for n values, of 1 GB at most, in the current memory context. ERROR if n is negative.
template <class T, class N>
T*(palloc_array)(N n) {
  return static_cast<T*>(palloc(array_bytes<T>(n)));
}

/// The same, all zeros.
template <class T, class N>
T*(palloc0_array)(N n) {
  return static_cast<T*>(palloc0(array_bytes<T>(n)));
}

/// The same in `context`.
template <class T, class N>
T* array_in(MemoryContext context, N n) {
  return static_cast<T*>(MemoryContextAlloc(context, array_bytes<T>(n)));
}

/// The same, which may be larger than 1 GB.
template <class T, class N>
T* huge_array(N n, MemoryContext context = CurrentMemoryContext) {
  return static_cast<T*>(MemoryContextAllocHuge(context, array_bytes<T>(n)));
}

/// An array of huge_array() with room for n values; a new one if `array` is null.
template <class T, class N>
T* resized(T* array, N n, MemoryContext context) {
  return array == nullptr ? huge_array<T>(n, context)
                          : static_cast<T*>(repalloc_huge(array, array_bytes<T>(n)));
}

/// T(args...) in `context`.
template <class T, class... Args>
T* object_in(MemoryContext context, Args&&... args) {
  return new (MemoryContextAlloc(context, sizeof(T))) T(std::forward<Args>(args)...);
}

/// The same in the current memory context.
template <class T, class... Args>
T*(palloc_object)(Args&&... args) {
  return object_in<T>(CurrentMemoryContext, std::forward<Args>(args)...);
}

/// A struct of zeros in `context`, which need not be one of C++.
template <class T>
T* zeroed_in(MemoryContext context) {
  return static_cast<T*>(MemoryContextAllocZero(context, sizeof(T)));
}

/// The same in the current memory context.
template <class T>
T*(palloc0_object)() {
  return zeroed_in<T>(CurrentMemoryContext);
}

/// An arena whose memory lives as long as `context`. Requests beyond 1 GB are allowed. It returns
/// null if there is no memory, which core reports in its Status.
Arena context_arena(MemoryContext context);

/// Calls function(arg) once, when `context` is reset or deleted.
void call_at_reset(MemoryContext context, MemoryContextCallbackFunction function, void* arg);

/// How much memory a build or a reorganization of an index may take in this process, and the
/// setting that says so: autovacuum_work_mem in an autovacuum worker, if that is set;
/// maintenance_work_mem otherwise, as for the server's own indexes.
struct MaintenanceMemory {
  const char* setting;
  Size bytes;
};
MaintenanceMemory maintenance_memory();

/// vecext.cache_size, in kB: how much memory a backend may keep of indexes and tables between
/// statements.
extern int cache_size;

}  // namespace vecext::pg
