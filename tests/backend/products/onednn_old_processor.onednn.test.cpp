// test options: alone
#include "fewclip/backend/products/onednn.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

namespace products = fewclip::products;

// A program of its own: oneDNN takes the limit only before its first use.
BOOST_AUTO_TEST_CASE(bf16_on_a_processor_without_avx512_is_refused_in_a_sentence_and_f32_still_works) {
  BOOST_TEST_REQUIRE((dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2) == dnnl::status::success));
  const float weight = 2;
  BOOST_CHECK_EXCEPTION(products::onednn<products::bf16>::pack(&weight, 1, 1), fewclip::device_error, [](const fewclip::device_error& e) {
    const std::string text = e.what();
    BOOST_TEST_MESSAGE(text);
    return text.find("fewclip::products::onednn::pack: onednn-bf16 on this processor: expected success, got 'unimplemented' ") == 0;
  });
  BOOST_TEST(!products::onednn<products::bf16>::available());
  BOOST_TEST(products::onednn<products::f32>::available());
  const float x = 3;
  float out = 0;
  products::onednn<products::f32>::multiply_packed(&x, 1, products::onednn<products::f32>::pack(&weight, 1, 1), 0, 1, &out);
  BOOST_TEST(out == 6.0F);
}
