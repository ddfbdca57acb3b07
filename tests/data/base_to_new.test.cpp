#include "fewclip/data/base_to_new.hpp"

#include <boost/test/unit_test.hpp>

namespace data = fewclip::data;
using data::class_half;
using labels = std::vector<fewclip::label>;
using rows = std::vector<fewclip::index>;
using texts = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(the_base_half_has_the_class_in_the_middle) {
  BOOST_TEST(data::labels_of_half(5, class_half::base).size() == 3);
  BOOST_TEST(data::labels_of_half(5, class_half::unseen).first == 3);
  BOOST_TEST(data::labels_of_half(5, class_half::unseen).last == 5);
  BOOST_TEST(data::labels_of_half(47, class_half::base).size() == 24);    // DTD
  BOOST_TEST(data::labels_of_half(47, class_half::unseen).size() == 23);  // DTD
  BOOST_TEST(data::labels_of_half(100, class_half::unseen).size() == 50);
  BOOST_CHECK_THROW((void)data::labels_of_half(1, class_half::base), fewclip::value_error);
}

BOOST_AUTO_TEST_CASE(rows_keep_their_order_and_count_from_0_in_each_half) {
  const labels all{4, 0, 2, 3, 1, 4};
  const auto base = data::rows_of_half(all, 5, class_half::base);
  const auto unseen = data::rows_of_half(all, 5, class_half::unseen);
  BOOST_TEST((base.rows == rows{1, 2, 4}));
  BOOST_TEST((base.labels == labels{0, 2, 1}));
  BOOST_TEST((unseen.rows == rows{0, 3, 5}));
  BOOST_TEST((unseen.labels == labels{1, 0, 1}));
  BOOST_CHECK_THROW((void)data::rows_of_half(all, 4, class_half::base), fewclip::value_error);
}

BOOST_AUTO_TEST_CASE(all_lists_and_names_are_cut_alike) {
  const data::image_list list{"s", "r", {"a_a", "b", "c"}, {"a a", "b", "c"}, {{"1", 2}, {"2", 0}}, {{"3", 1}}, {{"4", 2}, {"5", 0}}};
  const auto base = data::half_of(list, class_half::base);
  const auto unseen = data::half_of(list, class_half::unseen);
  BOOST_TEST((base.class_ids == texts{"a_a", "b"}));
  BOOST_TEST((base.class_names == texts{"a a", "b"}));
  BOOST_TEST((unseen.class_names == texts{"c"}));
  BOOST_TEST((base.train == std::vector<data::image_item>{{"2", 0}}));
  BOOST_TEST((base.val == std::vector<data::image_item>{{"3", 1}}));
  BOOST_TEST((unseen.train == std::vector<data::image_item>{{"1", 0}}));
  BOOST_TEST(unseen.val.empty());
  BOOST_TEST((unseen.test == std::vector<data::image_item>{{"4", 0}}));
  BOOST_TEST(base.root == "r");
  data::check_images(base);
  data::check_images(unseen);
}
