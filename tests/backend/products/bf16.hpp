#pragma once
/// Products in bfloat16, which oneDNN has on processors with AVX-512 only. Tests that need them are skipped elsewhere.

#include <boost/test/unit_test.hpp>

#include "fewclip/backend/products/onednn.hpp"

namespace bf16 {

/// For `* boost::unit_test::precondition(bf16::is_there)`.
inline boost::test_tools::assertion_result is_there(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result out(fewclip::products::onednn<fewclip::products::bf16>::available());
  out.message() << "no products in bfloat16 on this processor";
  return out;
}

}  // namespace bf16
