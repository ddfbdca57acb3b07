#include "fewclip/data/tangram/target_tasks.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <vector>

using namespace fewclip::data::tangram;
using fewclip::image;

namespace {

/// The number of different colours.
std::size_t colours_in(const image& picture) {
  std::set<std::array<std::uint8_t, 3>> out;
  for (std::size_t i = 0; i < picture.bytes().size(); i += 3)
    out.insert({picture.bytes()[i], picture.bytes()[i + 1], picture.bytes()[i + 2]});
  return out.size();
}

/// The share of pixels that have the most frequent colour.
double background_share(const image& picture) {
  std::map<std::array<std::uint8_t, 3>, int> counts;
  int most = 0;
  for (std::size_t i = 0; i < picture.bytes().size(); i += 3) {
    most = std::max(most, ++counts[{picture.bytes()[i], picture.bytes()[i + 1], picture.bytes()[i + 2]}]);
  }
  return 3.0 * most / static_cast<double>(picture.bytes().size());
}

double mean_background(domain_shift shift) {
  const target_task task{shift, {0, 1, 2, 3}};
  double sum = 0.0;
  for (fewclip::index sample = 0; sample < 10; ++sample) sum += background_share(task.picture(sample % 4, sample, 1));
  return sum / 10.0;
}

/// How alike the directions of a kind's silhouettes are, 1 for all the same: their long axes from second moments, as mean of exp(2 i angle).
double likeness_of_directions(domain_shift shift, fewclip::index kind) {
  const target_task task{shift, {kind}};
  std::complex<double> sum;
  constexpr int pictures = 24;
  for (int sample = 0; sample < pictures; ++sample) {
    const image picture = task.picture(0, sample, 1, 48);
    std::map<std::array<std::uint8_t, 3>, std::vector<std::complex<double>>> places;
    for (std::size_t i = 0; i < picture.bytes().size(); i += 3) {
      const auto at = static_cast<double>(i / 3);
      places[{picture.bytes()[i], picture.bytes()[i + 1], picture.bytes()[i + 2]}].emplace_back(std::fmod(at, 48.0), std::floor(at / 48.0));
    }
    std::vector<const std::vector<std::complex<double>>*> by_size;
    for (const auto& [colour, at] : places) by_size.push_back(&at);
    std::ranges::sort(by_size, std::greater{}, [](const auto* at) { return at->size(); });
    const auto& silhouette = *by_size.at(1);  // behind the background
    const std::complex<double> middle =
        std::accumulate(silhouette.begin(), silhouette.end(), std::complex<double>()) / static_cast<double>(silhouette.size());
    std::complex<double> moment;  // its angle is twice that of the long axis
    for (const std::complex<double>& at : silhouette) moment += (at - middle) * (at - middle);
    sum += moment / std::abs(moment);
  }
  return std::abs(sum) / pictures;
}

}  // namespace

BOOST_AUTO_TEST_CASE(rotation_turns_the_silhouettes) {
  double plain = 0;
  double turned = 0;
  for (fewclip::index kind = 0; kind < kind_count; ++kind) {
    plain += likeness_of_directions(domain_shift::none, kind) / kind_count;
    turned += likeness_of_directions(domain_shift::rotation, kind) / kind_count;
  }
  BOOST_TEST_MESSAGE("likeness of directions " << plain << ", with rotation " << turned);
  // A turn by up to a to either side makes sin(2 a) / (2 a) of it: 0.987 for 8 degrees, 0.637 for 45.
  BOOST_TEST(plain > 0.7);
  BOOST_TEST((turned / plain > 0.55 && turned / plain < 0.75));
}

BOOST_AUTO_TEST_CASE(there_is_a_task_for_each_shift_with_classes_of_its_own) {
  const auto tasks = target_tasks(12);
  BOOST_REQUIRE(tasks.size() == 5U);
  std::set<std::vector<fewclip::index>> lists;
  for (const target_task& task : tasks) {
    const auto names = task.class_names();
    BOOST_TEST(names.size() == 12U);
    BOOST_TEST(std::set<std::string>(names.begin(), names.end()).size() == 12U);
    BOOST_TEST(names[0] == kind_name(task.kinds[0]));
    lists.insert(task.kinds);
  }
  BOOST_TEST(lists.size() == 5U);
  BOOST_TEST(name_of(tasks[0].shift) == "outline");
  BOOST_CHECK_THROW(target_tasks(1), fewclip::value_error);
  BOOST_CHECK_THROW(target_tasks(kind_count + 1), fewclip::value_error);
}

BOOST_AUTO_TEST_CASE(a_task_is_found_by_name_and_is_that_of_the_list) {
  for (const target_task& task : target_tasks(9)) {
    const domain_shift shift = domain_shift_called(name_of(task.shift));
    BOOST_TEST((shift == task.shift));
    BOOST_TEST(make_target_task(shift, 9).kinds == task.kinds);
  }
  BOOST_TEST((domain_shift_called("none") == domain_shift::none));
  const auto few = make_target_task(domain_shift::none, 4).kinds;
  const auto more = make_target_task(domain_shift::none, 9).kinds;
  BOOST_TEST(std::includes(more.begin(), more.end(), few.begin(), few.end()));
  BOOST_CHECK_THROW(make_target_task(domain_shift::none, 1), fewclip::value_error);
  BOOST_CHECK_EXCEPTION(domain_shift_called("outlines"), fewclip::value_error, [](const auto& failure) {
    return std::string(failure.what()) == "fewclip::data::tangram::domain_shift_called: no task 'outlines'; did you mean 'outline'?";
  });
}

BOOST_AUTO_TEST_CASE(a_picture_is_a_function_of_label_sample_and_seed) {
  for (const target_task& task : target_tasks(4)) {
    const image first = task.picture(1, 2, 3, 32);
    BOOST_TEST((first == task.picture(1, 2, 3, 32)));
    BOOST_TEST(!(first == task.picture(2, 2, 3, 32)));
    BOOST_TEST(!(first == task.picture(1, 3, 3, 32)));
    BOOST_TEST(!(first == task.picture(1, 2, 4, 32)));
    BOOST_TEST(first.width() == 32);
  }
}

BOOST_AUTO_TEST_CASE(shifts_look_as_they_are_called) {
  const double plain = mean_background(domain_shift::none);
  BOOST_TEST((plain > 0.4 && plain < 0.97));
  BOOST_TEST(mean_background(domain_shift::outline) > plain);  // lines only
  BOOST_TEST(mean_background(domain_shift::texture) < plain);  // patterns
  BOOST_TEST(mean_background(domain_shift::clutter) < plain);  // more things
  BOOST_TEST(mean_background(domain_shift::noise) < 0.2 * plain);
  const std::size_t noisy = colours_in(target_task{domain_shift::noise, {0}}.picture(0, 0, 1));
  BOOST_TEST(noisy > 1000U);
  BOOST_TEST(colours_in(target_task{domain_shift::none, {0}}.picture(0, 0, 1)) < 400U);
}

BOOST_AUTO_TEST_CASE(wrong_labels_and_sides_are_named) {
  const target_task task{domain_shift::none, {3, 4}};
  BOOST_CHECK_EXCEPTION(task.picture(2, 0, 1), fewclip::value_error, [](const auto& failure) {
    return std::string(failure.what()) == "fewclip::data::tangram::target_task::picture: label: expected 0 to 1, got 2";
  });
  BOOST_CHECK_THROW(task.picture(0, 0, 1, 4), fewclip::value_error);
}
