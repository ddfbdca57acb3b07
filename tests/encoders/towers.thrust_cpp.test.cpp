// The towers on a system of Thrust: the code of the CUDA backend.
#include "fewclip/backend/thrust.hpp"

#include <boost/test/unit_test.hpp>

#include "golden_towers.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

template <class Scalar>
using system_under_test = backend::thrust<systems::cpp, Scalar>;

template <class Scalar>
void require_golden_embeddings(double tolerance) {
  using B = system_under_test<Scalar>;
  auto image = golden_image_encoder<B>();
  auto text = golden_text_encoder<B>();
  const auto ids = golden_ids();
  for (int round = 0; round < 2; ++round) {
    BOOST_TEST(relative_difference(image.embed(golden_tensor<B>("images")).to_host(), golden_towers().read<double>("image")) < tolerance);
    BOOST_TEST(relative_difference(text.encode(rows_of_ids(ids)).to_host(), golden_towers().read<double>("text")) < tolerance);
    image.prepare();
    text.prepare();
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(embeddings_agree_with_transformers) {
  require_golden_embeddings<double>(1e-12);
  require_golden_embeddings<float>(3e-6);
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_those_of_the_cpu_backend) {
  using B = system_under_test<double>;
  auto text = golden_text_encoder<B>();
  const auto ids = golden_ids();
  const auto got = gradients_of<B>(text, [&](tape<B>& record) {
    return apply(weighted_sum<B>{golden_tensor<B>("weights.text")}, text.encode(record, rows_of_ids(ids)));
  });
  for (const auto& [name, gradient] : got) {
    BOOST_TEST(relative_difference(gradient.to_host(), golden_towers().read<double>("gradient." + name)) < 1e-8, name);
  }
}
