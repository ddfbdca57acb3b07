// EXPECT: fewclip::caches::key_value: Keys needs 'fitted<B>(rows)' with 'rows() const' and 'packed() const' [concept keys], see docs/extend/keys.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/caches/key_value.hpp>
#include <fewclip/testing/archetypes.hpp>

struct rounded_keys : fewclip::testing::minimal_keys {
#ifndef FEWCLIP_EXPECT_PASS
  template <fewclip::compute_backend B>
  struct fitted {
    explicit fitted(fewclip::tensor<B> rows) : kept(rows) {}
    const fewclip::tensor<B>& rows() const { return kept; }
    fewclip::tensor<B> kept;
  };
#endif
};

constexpr auto size =
    sizeof(fewclip::caches::key_value<fewclip::kernels::exponential_affinity, rounded_keys>::fitted<fewclip::backend::cpu<>>);
