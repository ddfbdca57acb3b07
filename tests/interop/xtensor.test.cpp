#include "fewclip/interop/xtensor.hpp"

#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "../io/scratch.hpp"
#include "../xtensor_views.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/images/preprocessing.hpp"
#include "fewclip/io/npy.hpp"
#include "fewclip/io/row_store.hpp"
#include "fewclip/io/safetensors_writer.hpp"
#include "fewclip/methods/tip_adapter.hpp"

namespace {

using tensor = fewclip::tensor<fewclip::backend::cpu<float>>;

template <class Value>
concept viewable = requires(Value&& value) {
  fewclip::as_xtensor(std::forward<Value>(value)).dimension();
};
static_assert(viewable<const tensor&>);
static_assert(!viewable<tensor>, "a view of a temporary would dangle");

BOOST_AUTO_TEST_CASE(a_tensor_is_viewed_in_place_with_its_extents) {
  const std::vector<float> values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const tensor maps = tensor::borrow(values.data(), {2, 3, 2});
  const auto view = fewclip::as_xtensor(maps);
  BOOST_TEST(view.data() == values.data());
  BOOST_TEST(view.dimension() == 3U);
  BOOST_TEST(view.shape(0) == 2U);
  BOOST_TEST(view.shape(1) == 3U);
  BOOST_TEST(view.shape(2) == 2U);
  BOOST_TEST(view(1, 0, 1) == 8.0F);
}

BOOST_AUTO_TEST_CASE(an_expression_of_xtensor_reads_a_tensor) {
  const std::vector<float> values{1, 2, 3, 4};
  const tensor features = tensor::borrow(values.data(), {2, 2});
  const xt::xarray<float> doubled = 2.0F * fewclip::as_xtensor(features);
  BOOST_TEST(doubled(1, 0) == 6.0F);
}

BOOST_AUTO_TEST_CASE(writing_leaves_copies_of_the_tensor_alone) {
  tensor features({2, 2}, 1.0F);
  const tensor copy = features;
  auto view = fewclip::as_mutable_xtensor(features);
  view(0, 1) = 9.0F;
  BOOST_TEST(features.to_host() == (std::vector<float>{1, 9, 1, 1}), boost::test_tools::per_element());
  BOOST_TEST(copy.to_host() == (std::vector<float>{1, 1, 1, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_view_goes_back_into_fewclip_without_a_copy) {
  const tensor features({2, 3}, 1.0F);
  const fewclip::matrix_view<float> back(fewclip::as_xtensor(features));
  BOOST_TEST(back.data() == features.data());
  BOOST_TEST(back.rows() == 2);
  BOOST_TEST(back.columns() == 3);
}

BOOST_AUTO_TEST_CASE(an_empty_tensor_gives_an_empty_array) {
  const tensor empty({0, 3});
  BOOST_TEST(fewclip::as_xtensor(empty).size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_slice_of_a_tensor_is_viewed_where_it_begins) {
  const tensor features({4, 2}, 1.0F);
  const tensor part = features.rows_slice(2, 2);
  BOOST_TEST(fewclip::as_xtensor(part).data() == features.data() + 4);
}

BOOST_AUTO_TEST_CASE(texts_supports_validation_rows_queries_and_labels_may_be_views) {
  xt::xtensor<float, 2> all = xt::zeros<float>({9, 8});
  for (std::size_t r = 0; r < 9; ++r) all(r, r % 8) = 1.0F;
  const xt::xtensor<int, 1> classes{9, 9, 2, 9, 1, 9, 0};
  const auto rows = xt::view(all, xt::range(3, 6), xt::all());
  const auto labels = xt::view(classes, xt::range(6, 1, -2));
  const xt::xtensor<float, 2> copy = rows;
  const std::vector<int> expected{0, 1, 2};
  const fewclip::methods::tip_adapter<> model({rows}, {rows, {labels, 3}}, {}, {rows, {labels, 3}});
  BOOST_TEST(model.predict(rows) == expected, boost::test_tools::per_element());
  BOOST_TEST(model.predict(copy) == expected, boost::test_tools::per_element());
  BOOST_TEST(model.predict(xt::view(all, xt::range(5, 6), xt::all())) == (std::vector<int>{2}), boost::test_tools::per_element());
  BOOST_CHECK_THROW(static_cast<void>(model.predict(xt::view(all, xt::range(5, 2, -1), xt::all()))), fewclip::shape_error);
}

BOOST_AUTO_TEST_CASE(files_and_stores_take_views_where_they_begin) {
  const xt::xtensor<float, 2> all{{1, 2}, {3, 4}, {5, 6}};
  const auto rows = xt::view(all, xt::range(1, 3), xt::all());
  const auto gaps = xt::view(all, xt::all(), xt::range(0, 1));
  const std::vector<float> expected{3, 4, 5, 6};
  fewclip::io::row_store store(2, 2);
  store.append(rows);
  store.finish();
  BOOST_TEST(std::vector<float>(store.rows().data(), store.rows().data() + 4) == expected, boost::test_tools::per_element());
  const scratch::directory here;
  fewclip::io::write_npy_as(here.file("rows.npy"), {2, 2}, rows, fewclip::io::dtype::f32);
  BOOST_TEST(fewclip::io::read_npy<float>(here.file("rows.npy")).values == expected, boost::test_tools::per_element());
  fewclip::io::safetensors_writer file;
  file.add_as("rows", fewclip::io::dtype::f32, {2, 2}, rows);
  file.write(here.file("rows.safetensors"));
  const fewclip::io::safetensors_file read(here.file("rows.safetensors"));
  BOOST_TEST(read.read<float>("rows") == expected, boost::test_tools::per_element());
  BOOST_CHECK_THROW(fewclip::io::write_npy_as(here.file("gaps.npy"), {3, 1}, gaps, fewclip::io::dtype::f32), fewclip::shape_error);
}

BOOST_AUTO_TEST_CASE(an_image_is_written_into_the_part_of_a_batch_that_is_named) {
  fewclip::images::preprocessing settings;
  settings.size = 2;
  settings.mean = {0, 0, 0};
  settings.std = {1, 1, 1};
  const fewclip::image white(2, 2, 3, std::vector<std::uint8_t>(12, 255));
  xt::xtensor<float, 4> batch = xt::zeros<float>({3, 3, 2, 2});
  auto second = xt::view(batch, 1, xt::all(), xt::all(), xt::all());
  settings.apply(white, second);
  settings.apply(white, xt::view(batch, 2));
  BOOST_TEST(xt::sum(xt::view(batch, 0))() == 0.0F);
  BOOST_TEST(xt::sum(xt::view(batch, 1))() == 12.0F);
  BOOST_TEST(xt::sum(xt::view(batch, 2))() == 12.0F);
  BOOST_CHECK_THROW(settings.apply(white, xt::view(batch, xt::all(), 0)), fewclip::shape_error);
}

}  // namespace
