// EXPECT: fewclip::adapters::class_residual: Inner needs 'logits(x, shift) const' [concept shiftable], see docs/extend/adapter.md
#include <fewclip/adapters/blend.hpp>
#include <fewclip/adapters/class_residual.hpp>
#include <fewclip/backend/cpu.hpp>
#include <fewclip/caches/key_value.hpp>
#include <fewclip/caches/signature_divergence.hpp>
#include <fewclip/heads/text.hpp>
#include <fewclip/refiners/prior_channels.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using part = fewclip::caches::key_value<>;
#else
using part = fewclip::caches::signature_divergence<>;
#endif

using inner = fewclip::adapters::blend<fewclip::heads::text, part>;
constexpr auto size =
    sizeof(fewclip::adapters::class_residual<fewclip::refiners::prior_channels<>, inner>::fitted<fewclip::backend::cpu<>>);
