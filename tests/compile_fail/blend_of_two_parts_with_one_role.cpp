// EXPECT: fewclip::adapters::blend: expected Parts of different roles, got two of one role; give each a name, adapters::named<"a", Part>, see docs/extend/adapter.md
#include <fewclip/adapters/blend.hpp>
#include <fewclip/adapters/named.hpp>
#include <fewclip/backend/cpu.hpp>
#include <fewclip/caches/key_value.hpp>
#include <fewclip/heads/text.hpp>

using cache = fewclip::caches::key_value<>;

#ifdef FEWCLIP_EXPECT_PASS
using other = fewclip::adapters::named<"other", cache>;
#else
using other = cache;
#endif

constexpr auto size = sizeof(fewclip::adapters::blend<fewclip::heads::text, cache, other>::params);
