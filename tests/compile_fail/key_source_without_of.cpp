// EXPECT: fewclip::stages: KeySource needs static 'of(first, x)' [concept key_source], see docs/extend/key_source.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/methods/safe.hpp>
#include <fewclip/methods/tip_adapter_f.hpp>
#include <fewclip/stages.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using source = fewclip::keys_like_queries;
#else
struct source {};
#endif

constexpr auto size = sizeof(fewclip::stages<fewclip::methods::safe<>, fewclip::methods::tip_adapter_f<>, source>);
