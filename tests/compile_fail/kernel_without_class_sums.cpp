// EXPECT: fewclip::caches::key_value: Kernel needs 'params' and 'class_sums(params, x, keys, packed, weights, segments)' [concept kernel], see docs/extend/kernel.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/caches/key_value.hpp>
#include <fewclip/testing/archetypes.hpp>

struct cosine_kernel {
  using params = fewclip::no_settings;
#ifdef FEWCLIP_EXPECT_PASS
  template <class X, class Packed, class Segments>
  static auto class_sums(const params& settings, const X& x, const auto& keys, const Packed& packed, const auto& weights,
                         const Segments& segments) {
    return fewclip::testing::minimal_kernel::class_sums(settings, x, keys, packed, weights, segments);
  }
#else
  static double of(double cosine) { return cosine; }
#endif
};

constexpr auto size = sizeof(fewclip::caches::key_value<cosine_kernel>::fitted<fewclip::backend::cpu<>>);
