// EXPECT: fewclip::products::any_of: expected at least one provider, see docs/extend/backend.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/backend/products/any_of.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using one = fewclip::products::any_of<fewclip::products::eigen>;
#else
using one = fewclip::products::any_of<>;
#endif

constexpr auto size = sizeof(one);
