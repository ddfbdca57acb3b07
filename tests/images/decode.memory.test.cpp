// test options: alone
#include "fewclip/images/decode.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "../io/scratch.hpp"
#include "coded_files.hpp"
#include "made_files.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FEWCLIP_MALLOC_IS_TAKEN
#endif
#endif
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(FEWCLIP_MALLOC_IS_TAKEN)
#include <malloc.h>
#define FEWCLIP_COUNTS_ALLOCATIONS
#endif

// What malloc gives, also to the libraries that decode.
namespace {
std::size_t held = 0;
std::size_t peak = 0;
}  // namespace

#if defined(FEWCLIP_COUNTS_ALLOCATIONS)
namespace {
void* noted(void* block) {
  if (block != nullptr) held += malloc_usable_size(block);
  peak = std::max(peak, held);
  return block;
}
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) noexcept { return noted(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) noexcept { return noted(__libc_calloc(count, size)); }
void* realloc(void* block, std::size_t size) noexcept {
  const std::size_t before = block == nullptr ? 0 : malloc_usable_size(block);
  void* const out = __libc_realloc(block, size);
  if (out != nullptr || size == 0) held -= before;
  return noted(out);
}
void free(void* block) noexcept {
  if (block != nullptr) held -= malloc_usable_size(block);
  __libc_free(block);
}
}
#endif

namespace {

using fewclip::image;
using fewclip::images::decode_options;
using fewclip::images::decoding_memory;
using fewclip::images::jpeg_decoder;
using fewclip::images::transparency_rule;

boost::test_tools::assertion_result allocations_are_counted(boost::unit_test::test_unit_id) {
#if defined(FEWCLIP_COUNTS_ALLOCATIONS)
  return true;
#else
  std::puts("skipped: only glibc without sanitizers lets allocations be counted");
  return false;
#endif
}

/// Decodes and compares what was held with what was asked for.
/// \param slack bytes that may be asked for in vain; more would make pictures wait for nothing
void check(const std::string& name, const std::string& file, const decode_options& options, std::size_t slack) {
  decoding_memory all(1);
  decoding_memory::share share(all);
  decode_options given = options;
  given.memory = &share;
  const std::size_t before = held;
  peak = held;
  const image out = fewclip::images::decode_image(std::as_bytes(std::span(file)), "f", given);
  const std::size_t most = peak - before;
  BOOST_TEST_CONTEXT(name << ", " << out.text() << (options.keeps_alpha ? ", alpha kept" : "")
                          << (options.turns_upright ? ", upright" : "")) {
    BOOST_TEST(most <= share.bytes());
    BOOST_TEST(share.bytes() <= 2 * most + slack);
  }
}

void check(const std::string& name, const std::string& file, jpeg_decoder jpeg = jpeg_decoder::automatic, std::size_t slack = 3U << 20) {
  check(name, file, {.jpeg = jpeg}, slack);
  check(name, file, {.turns_upright = true, .jpeg = jpeg}, slack);
  check(name, file, {.keeps_alpha = true, .jpeg = jpeg}, slack);
  check(name, file, {.keeps_alpha = true, .turns_upright = true, .jpeg = jpeg}, slack);
  check(name, file, {.keeps_alpha = true, .jpeg = jpeg, .transparency = transparency_rule::white}, slack);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_png_file_takes_no_more_memory_than_it_waits_for, *boost::unit_test::precondition(allocations_are_counted)) {
  for (const bool interlaced : {false, true}) {
    for (const auto& [depth, kind] : {std::pair{1, 0}, {8, 0}, {16, 0}, {8, 2}, {16, 2}, {4, 3}, {8, 3}, {8, 4}, {8, 6}, {16, 6}}) {
      const std::string name = "PNG of kind " + std::to_string(kind) + (interlaced ? ", interlaced" : "");
      check(name, coded::png(1201, 803, depth, kind, interlaced));
      if (kind < 4) check(name + " with a transparent colour", coded::png(1201, 803, depth, kind, interlaced, true));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_gif_file_takes_no_more_memory_than_it_waits_for, *boost::unit_test::precondition(allocations_are_counted)) {
  check("GIF", coded::gif(1201, 803, false));
  check("GIF with a transparent colour", coded::gif(1201, 803, true));
  check("GIF with a small frame", made::gif({.width = 1900, .height = 1500, .columns = 2, .positions = {1, 2}}));
}

BOOST_AUTO_TEST_CASE(a_bmp_file_takes_no_more_memory_than_it_waits_for, *boost::unit_test::precondition(allocations_are_counted)) {
  check("BMP", coded::bmp(1201, 803, 24));
  check("BMP with alpha", coded::bmp(1201, 803, 32));
  check("BMP of run lengths", coded::bmp(1201, 803, 8));
}

#if defined(FEWCLIP_WITH_JPEG)
BOOST_AUTO_TEST_CASE(a_jpeg_file_takes_no_more_memory_than_it_waits_for, *boost::unit_test::precondition(allocations_are_counted)) {
  for (const auto& [width, height] : {std::pair{801, 603}, {3, 9001}, {9001, 3}}) {
    for (const int components : {1, 3, 4}) {
      for (const bool progressive : {false, true}) {
        for (const auto& [across, down] : {std::pair{1, 1}, {2, 2}, {4, 1}}) {
          const std::string file = coded::jpeg(width, height, components, progressive, across, down);
          const std::string name = "JPEG of " + std::to_string(components) + (progressive ? " components, progressive" : " components");
          check(name, file);
          check(name + ", by stb_image", file, jpeg_decoder::stb);
        }
      }
    }
  }
}
#endif

#if defined(FEWCLIP_WITH_WEBP)
BOOST_AUTO_TEST_CASE(a_webp_file_takes_no_more_memory_than_it_waits_for, *boost::unit_test::precondition(allocations_are_counted)) {
  constexpr std::size_t slack = 56U << 20;  // for tables of lossless files, of which most have few
  const auto check_webp = [](const std::string& name, const std::string& file) { check(name, file, jpeg_decoder::automatic, slack); };
  for (const int channels : {3, 4}) {
    const std::string kind = channels == 4 ? " WebP with alpha" : " WebP";
    check_webp("lossy" + kind, coded::webp(1201, 803, channels, false));
    check_webp("wide lossless" + kind, coded::webp(9000, 3, channels, true));
    check_webp("lossless" + kind, coded::webp(199, 149, channels, true));
  }
  check_webp("animated WebP", made::webp_animation(coded::webp(199, 149, 4, true), 300, 200, 199, 149));
}
#endif
