// EXPECT: fewclip::encoders::image_encoder: Trunk needs 'params', 'fitted(params)' and 'tokens(images) const' [concept trunk], see docs/extend/trunk.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/encoders/image_encoder.hpp>
#include <fewclip/testing/archetypes.hpp>

struct pixels : fewclip::testing::minimal_trunk {
#ifndef FEWCLIP_EXPECT_PASS
  template <fewclip::compute_backend B>
  struct fitted {
    explicit fitted(const params&) {}
  };
#endif
};

constexpr auto size = sizeof(fewclip::encoders::image_encoder<pixels, fewclip::testing::minimal_pooler>::fitted<fewclip::backend::cpu<>>);
