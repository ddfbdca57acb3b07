// EXPECT: fewclip::backend::cpu: Products needs 'name()', 'pack' and 'multiply_packed' for this scalar [concept matrix_product], see docs/extend/backend.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using products = fewclip::testing::minimal_products;
#else
struct products {
  static const char* name() { return "nothing"; }
};
#endif

const auto name = fewclip::backend::cpu<float, products>::name();
