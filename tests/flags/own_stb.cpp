// A unit with a stb_image of its own, under settings of its own, beside fewclip's: neither disturbs the other. ORDER says where stb_image is included:
//   1  the settings before fewclip, stb_image behind it
//   2  all before fewclip
//   3  the declarations before fewclip, the implementation behind it
//   4  the implementation in another unit
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace {
int allocations = 0;
inline void* counted(std::size_t size) {
  ++allocations;
  return std::malloc(size);
}
inline void* counted_again(void* memory, std::size_t size) {
  ++allocations;
  return std::realloc(memory, size);
}
}  // namespace

#define STBI_ONLY_PNG
#define STBI_NO_FAILURE_STRINGS
#define STBI_NO_SIMD
#define STBI_NO_THREAD_LOCALS
#if ORDER != 4
#define STB_IMAGE_STATIC
#define STBI_MALLOC(size) counted(size)
#define STBI_REALLOC(memory, size) counted_again(memory, size)
#define STBI_FREE(memory) std::free(memory)
#define STBI_ASSERT(condition) static_cast<void>((condition) || (std::puts(#condition), 0))
#define STBI_MAX_DIMENSIONS 16
#endif
#if ORDER == 1 || ORDER == 2
#define STB_IMAGE_IMPLEMENTATION
#endif
#if ORDER != 1
#include <stb_image.h>
#endif

#include "fewclip/images/decode.hpp"
#include "fewclip/images/write.hpp"

#if !defined(STBI_ONLY_PNG) || !defined(STBI_NO_FAILURE_STRINGS) || !defined(STBI_NO_SIMD) || !defined(STBI_NO_THREAD_LOCALS)
#error "a setting is gone"
#endif
#if ORDER != 4 && \
    (!defined(STB_IMAGE_STATIC) || !defined(STBI_MALLOC) || !defined(STBI_REALLOC) || !defined(STBI_FREE) || !defined(STBI_ASSERT))
#error "a setting is gone"
#endif
#if ORDER != 4 && STBI_MAX_DIMENSIONS != 16
#error "the largest extent is gone"
#endif
#if defined(STB_IMAGE_IMPLEMENTATION) != (ORDER == 1 || ORDER == 2)
#error "STB_IMAGE_IMPLEMENTATION is another"
#endif
#if defined(STBI_NO_PNG) || defined(STBI_ONLY_JPEG) || defined(STBI_SUPPORT_ZLIB) || defined(STBI_SSE2)
#error "a setting of fewclip's is left behind"
#endif

#if ORDER == 3
#define STB_IMAGE_IMPLEMENTATION
#endif
#if ORDER == 1 || ORDER == 3
#include <stb_image.h>
#endif

namespace {

int failures = 0;

void require(bool holds, const char* what) {
  if (!holds) std::printf("order %d: expected %s\n", ORDER, what);
  failures += holds ? 0 : 1;
}

/// 8 x 8 pixels of one component, all of them 128: tables of one code each, and two bits of data.
std::string grey_jpeg() {
  std::string out("\xFF\xD8\xFF\xDB\x00\x43\x00", 7);
  out += std::string(64, '\1');
  out += std::string("\xFF\xC0\x00\x0B\x08\x00\x08\x00\x08\x01\x01\x11\x00", 13);
  for (const char* const kind : {"\x00", "\x10"}) out += std::string("\xFF\xC4\x00\x14", 4) + *kind + '\1' + std::string(15, '\0') + '\0';
  return out + std::string("\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00\x3F\xFF\xD9", 13);
}

unsigned char* load(const std::string& file, int& width) {
  int height = 0;
  int channels = 0;
  return stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(file.data()), static_cast<int>(file.size()), &width, &height, &channels, 3);
}

}  // namespace

int main() {
  using namespace fewclip::images;
  const std::string file = grey_jpeg();
  const fewclip::image grey = decode_image(std::as_bytes(std::span(file.data(), file.size())), "grey", {.jpeg = jpeg_decoder::stb});
  require(grey.width() == 8 && grey.row(7)[0] == 128, "fewclip to decode a JPEG file");
  require(allocations == 0, "fewclip to allocate by itself");
  int width = 0;
  unsigned char* const pixels = load(png_bytes(grey), width);
  require(pixels != nullptr && width == 8 && pixels[0] == 128, "the unit's own stb_image to decode a PNG file");
  stbi_image_free(pixels);
  require((allocations > 0) == (ORDER != 4), "the unit's own allocation");
  if (ORDER != 4) {
    require(load(grey_jpeg(), width) == nullptr, "the unit's own stb_image to know PNG only");
    const fewclip::image wide(17, 1, 3, std::vector<std::uint8_t>(51, 1));
    require(load(png_bytes(wide), width) == nullptr, "the unit's own largest extent");
  }
  return failures == 0 ? 0 : 1;
}
