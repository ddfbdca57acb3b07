#include "fewclip/io/dtype.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>

using fewclip::io::dtype;
using fewclip::io::dtype_of;

static_assert(dtype_of<float> == dtype::f32 && dtype_of<double> == dtype::f64, "floating-point types");
static_assert(dtype_of<std::int32_t> == dtype::i32 && dtype_of<std::int64_t> == dtype::i64, "integer types");
static_assert(dtype_of<long> == dtype::i64 && dtype_of<long long> == dtype::i64, "both 64-bit integers where long has 64 bits");
static_assert(dtype_of<std::uint8_t> == dtype::u8 && dtype_of<bool> == dtype::unknown && dtype_of<char*> == dtype::unknown, "others");

BOOST_AUTO_TEST_CASE(the_table_is_in_the_order_of_the_enumeration_and_names_lead_back) {
  for (std::size_t i = 0; i < fewclip::io::dtypes.size(); ++i) {
    const auto type = static_cast<dtype>(i);
    BOOST_TEST((fewclip::io::dtypes[i].type == type));
    BOOST_TEST((fewclip::io::dtype_named(name_of(type)) == type));
    BOOST_TEST(bits_of(type) == fewclip::io::dtypes[i].bits);
  }
}

BOOST_AUTO_TEST_CASE(sizes_of_some_types_are_those_of_their_names) {
  BOOST_TEST(bits_of(dtype::f4) == 4U);
  BOOST_TEST(bits_of(dtype::f6_e3m2) == 6U);
  BOOST_TEST(bits_of(dtype::boolean) == 8U);
  BOOST_TEST(bits_of(dtype::bf16) == 16U);
  BOOST_TEST(bits_of(dtype::c64) == 64U);
}

BOOST_AUTO_TEST_CASE(a_name_of_no_type_is_unknown) {
  for (const char* name : {"", "f32", "F33", "Q7", "unknown"}) BOOST_TEST((fewclip::io::dtype_named(name) == dtype::unknown));
  BOOST_TEST(name_of(dtype::unknown) == "unknown");
  BOOST_TEST(bits_of(dtype::unknown) == 0U);
}

BOOST_AUTO_TEST_CASE(eight_types_are_converted) {
  int floats = 0;
  int integers = 0;
  for (const auto& entry : fewclip::io::dtypes) {
    floats += is_convertible_float(entry.type) ? 1 : 0;
    integers += is_convertible_integer(entry.type) ? 1 : 0;
  }
  BOOST_TEST(floats == 4);
  BOOST_TEST(integers == 4);
}
