// EXPECT: fewclip::adapters::class_residual: Refiner needs 'select(x) const' and 'channels() const' [concept channel_refiner], see docs/extend/refiner.md
#include <fewclip/adapters/class_residual.hpp>
#include <fewclip/backend/cpu.hpp>
#include <fewclip/heads/text.hpp>
#include <fewclip/refiners/all_channels.hpp>
#include <fewclip/refiners/prior_channels.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using channels = fewclip::refiners::prior_channels<>;
#else
using channels = fewclip::refiners::all_channels;
#endif

constexpr auto size = sizeof(fewclip::adapters::class_residual<channels, fewclip::heads::text>::fitted<fewclip::backend::cpu<>>);
