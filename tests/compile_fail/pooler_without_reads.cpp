// EXPECT: fewclip::encoders::image_encoder: Pooler needs 'params', 'reads', 'fitted(params)' and 'pool(tokens) const' [concept pooler], see docs/extend/pooler.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/encoders/image_encoder.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using side_by_side = fewclip::testing::minimal_pooler;
#else
struct side_by_side {
  using params = fewclip::no_settings;
  template <fewclip::compute_backend B>
  using fitted = fewclip::testing::minimal_pooler::fitted<B>;
};
#endif

constexpr auto size =
    sizeof(fewclip::encoders::image_encoder<fewclip::testing::minimal_trunk, side_by_side>::fitted<fewclip::backend::cpu<>>);
