#include "fewclip/data/text_samples.hpp"

#include <boost/test/unit_test.hpp>

#include "../methods/toy.hpp"

using namespace fewclip;
using toy::f64;

BOOST_AUTO_TEST_CASE(texts_follow_the_images_with_their_labels) {
  const auto both =
      data::with_text_samples(toy::support<f64>(), toy::rows<f64>(toy::raw_text()), class_labels(std::vector<label>{2, 0, 1}, 3));
  BOOST_TEST((both.features().extents() == shape{9, 8}));
  const std::vector<label> labels(both.labels().values().begin(), both.labels().values().end());
  BOOST_TEST((labels == std::vector<label>{0, 0, 1, 1, 2, 2, 2, 0, 1}));
  const auto rows = both.features().to_host();
  BOOST_TEST(rows[5 * 8] == toy::support<f64>().features().data()[5 * 8]);
  BOOST_TEST(rows[6 * 8 + 3] == toy::raw_text()[3]);
}

BOOST_AUTO_TEST_CASE(texts_that_do_not_fit_are_refused) {
  const class_labels three(std::vector<label>{0, 1, 2}, 3);
  BOOST_CHECK_THROW(data::with_text_samples(toy::support<f64>(), tensor<f64>({3, 7}), three), shape_error);
  BOOST_CHECK_THROW(data::with_text_samples(toy::support<f64>(), tensor<f64>({2, 8}), three), shape_error);
  BOOST_CHECK_THROW(data::with_text_samples(toy::support<f64>(), tensor<f64>({3, 8}), class_labels(std::vector<label>{0, 1, 2}, 4)),
                    shape_error);
}
