#include "fewclip/interop/eigen.hpp"

#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/matrix_view.hpp"

namespace {

using tensor = fewclip::tensor<fewclip::backend::cpu<float>>;

template <class Value>
concept viewable = requires(Value&& value) {
  fewclip::as_eigen(std::forward<Value>(value)).rows();
};
static_assert(viewable<const tensor&>);
static_assert(!viewable<tensor>, "a view of a temporary would dangle");

BOOST_AUTO_TEST_CASE(a_tensor_is_viewed_in_place) {
  const std::vector<float> values{1, 2, 3, 4, 5, 6};
  const tensor features = tensor::borrow(values.data(), {2, 3});
  const auto view = fewclip::as_eigen(features);
  BOOST_TEST(view.data() == values.data());
  BOOST_TEST(view.rows() == 2);
  BOOST_TEST(view.cols() == 3);
  BOOST_TEST(view(1, 0) == 4.0F);
  BOOST_TEST(view.sum() == 21.0F);
}

BOOST_AUTO_TEST_CASE(dimensions_after_the_first_are_joined) {
  const tensor maps({2, 3, 4}, 1.0F);
  BOOST_TEST(fewclip::as_eigen(maps).cols() == 12);
}

BOOST_AUTO_TEST_CASE(writing_leaves_copies_of_the_tensor_alone) {
  tensor features({2, 2}, 1.0F);
  const tensor copy = features;
  auto view = fewclip::as_mutable_eigen(features);
  view(0, 1) = 9.0F;
  view.row(1) *= 2.0F;
  BOOST_TEST(features.to_host() == (std::vector<float>{1, 9, 2, 2}), boost::test_tools::per_element());
  BOOST_TEST(copy.to_host() == (std::vector<float>{1, 1, 1, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_view_goes_back_into_fewclip_without_a_copy) {
  const tensor features({2, 3}, 1.0F);
  const fewclip::matrix_view<float> back = fewclip::as_eigen(features);
  BOOST_TEST(back.data() == features.data());
}

BOOST_AUTO_TEST_CASE(an_empty_tensor_gives_an_empty_matrix) {
  const tensor empty({0, 3});
  BOOST_TEST(fewclip::as_eigen(empty).rows() == 0);
  BOOST_TEST(fewclip::as_eigen(empty).cols() == 3);
}

BOOST_AUTO_TEST_CASE(a_slice_of_a_tensor_is_viewed_where_it_begins) {
  const tensor features({4, 2}, 1.0F);
  const tensor part = features.rows_slice(2, 2);
  BOOST_TEST(fewclip::as_eigen(part).data() == features.data() + 4);
}

}  // namespace
