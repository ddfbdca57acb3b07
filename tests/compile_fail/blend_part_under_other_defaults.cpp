// EXPECT: fewclip::adapters::blend: Parts need 'role' and 'params_of(role)', a reference to their own params [concept blend_part], see docs/extend/adapter.md
#include <fewclip/adapters/blend.hpp>
#include <fewclip/heads/text.hpp>
#include <fewclip/with_defaults.hpp>

// Defaults of a part inside a blend would be lost, since the role of the part holds the part's own params: give them to the blend.
struct cold {
  static constexpr fewclip::setting_default values[] = {{"scale", 1, "ours"}};
};

#ifdef FEWCLIP_EXPECT_PASS
using adapter = fewclip::with_defaults<fewclip::adapters::blend<fewclip::heads::text>, cold>;
#else
using adapter = fewclip::adapters::blend<fewclip::with_defaults<fewclip::heads::text, cold>>;
#endif

constexpr auto needs = adapter::needs;
