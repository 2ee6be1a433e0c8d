// An image of a struct and of the arrays that it points to, in one block of memory. Processes may
// have that block at different addresses. The struct is trivially copyable, and has a function
//
//   template <class Visit> void each_array(const Visit& visit)
//
// that calls visit(&array, elements) for each of its pointers. A null pointer stays null.
#pragma once

#include <cstddef>
#include <type_traits>

namespace vecext {

/// Arrays in an image are aligned to this, as arrays of an arena are.
inline constexpr std::size_t kImageAlignment = 64;

template <class Struct>
struct ImageHead {
  const std::byte* written_at;  // the struct's pointers are right only if the image is at this
                                // address
  Struct content;
};

constexpr std::size_t aligned_in_image(std::size_t bytes) {
  return (bytes + kImageAlignment - 1) / kImageAlignment * kImageAlignment;
}

/// Returns the bytes of the image.
template <class Struct>
std::size_t image_bytes(Struct content) {
  static_assert(std::is_trivially_copyable_v<Struct>);
  std::size_t bytes = aligned_in_image(sizeof(ImageHead<Struct>));
  content.each_array([&bytes](auto** array, std::size_t elements) {
    bytes += *array == nullptr ? 0 : aligned_in_image(elements * sizeof(**array));
  });
  return bytes;
}

/// Writes the image to `image`, which has image_bytes() and is aligned to kImageAlignment.
template <class Struct>
void write_image(Struct content, std::byte* image) {
  std::byte* to = image + aligned_in_image(sizeof(ImageHead<Struct>));
  content.each_array([&to](auto** array, std::size_t elements) {
    if (*array != nullptr) {
      const std::size_t bytes = elements * sizeof(**array);
      __builtin_memcpy(static_cast<void*>(to), *array, bytes);
      *array = reinterpret_cast<std::remove_reference_t<decltype(*array)>>(to);
      to += aligned_in_image(bytes);
    }
  });
  const ImageHead<Struct> head{image, content};
  __builtin_memcpy(static_cast<void*>(image), &head, sizeof head);
}

/// Returns the struct of an image. Its pointers point into the image, wherever that is.
template <class Struct>
Struct struct_of_image(const std::byte* image) {
  const auto& head = *reinterpret_cast<const ImageHead<Struct>*>(image);
  Struct content = head.content;
  content.each_array([&](auto** array, std::size_t) {
    if (*array != nullptr) {
      const std::ptrdiff_t at = reinterpret_cast<const std::byte*>(*array) - head.written_at;
      *array = reinterpret_cast<std::remove_reference_t<decltype(*array)>>(
          const_cast<std::byte*>(image) + at);
    }
  });
  return content;
}

}  // namespace vecext
