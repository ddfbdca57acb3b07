// EXPECT: fewclip::products::any_of: Providers need 'name()', 'pack' and 'multiply_packed' for float [concept matrix_product], see docs/extend/backend.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/backend/products/any_of.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using provider = fewclip::products::eigen;
#else
struct provider {
  static const char* name() { return "without pack"; }
};
#endif

constexpr auto size = sizeof(fewclip::products::any_of<fewclip::products::eigen, provider>);
