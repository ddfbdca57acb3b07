// test options: once
// The first stage of tsf_clip on the real drawings and annotations of KiloGram, from the test data folder; nothing of them is kept.
#include "fewclip/methods/tsf_clip.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <utility>

#include "../io/kilogram_files.hpp"
#include "fewclip/io/kilogram.hpp"
#include "fewclip/samplers/controlled_batches.hpp"
#include "tangram_clip.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

using fewclip::index;
constexpr index vocabulary = 4000;
constexpr index floats = 3 * side * side;

/// Black pictures and captions in controlled batches of ten.
class kilogram_pairs {
 public:
  /// Picture and caption of a tangram.
  void add(const std::string& tangram, std::string text) { examples_.push_back({tangram, std::move(text)}); }

  index batches(index epoch) const { return static_cast<index>(plan(epoch).size()); }

  pair_batch<B> batch(index epoch, index i) const {
    const std::vector<index>& members = plan(epoch).at(static_cast<std::size_t>(i));
    std::vector<float> pixels;
    pair_batch<B> out;
    for (const index at : members) {
      const samplers::matching_example& each = examples_.at(static_cast<std::size_t>(at));
      const std::vector<float>& picture = pictures().at(each.tangram);
      pixels.insert(pixels.end(), picture.begin(), picture.end());
      const auto row = numbers_of_words().row(each.text);
      out.ids.insert(out.ids.end(), row.begin(), row.end());
    }
    out.images = tensor<B>::from_host(pixels.data(), {static_cast<index>(members.size()), 3, side, side});
    return out;
  }

  fixed_pairs<B> first_epoch() const {
    std::vector<pair_batch<B>> out;
    for (index i = 0; i < batches(0); ++i) out.push_back(batch(0, i));
    return fixed_pairs<B>(std::move(out));
  }

 private:
  static words& numbers_of_words() {
    static words all(vocabulary);
    return all;
  }

  static const std::map<std::string, std::vector<float>>& pictures() {
    static const auto all = [] {
      std::map<std::string, std::vector<float>> out;
      for (const auto& [name, text] : shared_data::files_in(shared_data::unpacked("tangrams-svg.tar.gz"), ".svg")) {
        const image picture = data::tangram::render_black(io::parse_kilogram_svg(text, name).picture, {.side = side});
        std::vector<float>& pixels = out[name.substr(0, name.rfind('.'))];
        pixels.resize(static_cast<std::size_t>(floats));
        to_pixels(picture, pixels);
      }
      return out;
    }();
    return all;
  }

  const std::vector<std::vector<index>>& plan(index epoch) const {
    if (epoch != epoch_) plan_ = samplers::controlled_batches{}.batches(examples_, epoch);
    epoch_ = epoch;
    return plan_;
  }

  std::vector<samplers::matching_example> examples_;
  mutable index epoch_ = -1;
  mutable std::vector<std::vector<index>> plan_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(with_data, *boost::unit_test::precondition(shared_data::has_kilogram))

// As KiloGram validates: on annotations of tangrams whose other annotations are trained on.
BOOST_AUTO_TEST_CASE(trained_on_real_tangrams_it_finds_what_other_people_wrote_about_them) {
  kilogram_pairs training;
  kilogram_pairs held_out;
  for (const auto& each : io::parse_kilogram_annotations(shared_data::unpacked("dense.json.gz"), "dense.json")) {
    for (std::size_t i = 0; i < each.annotations.size(); ++i) {
      (i % 5 == 0 ? held_out : training).add(each.name, data::tangram::caption(each.annotations[i].phrases()));
    }
  }
  const auto others = held_out.first_epoch();
  auto start = random_clip(1, vocabulary);
  const auto before = metrics::pairs_found<B>(start, others);
  first_stage::params settings;
  set_setting(settings, "learning_rate", 1e-3);
  set_setting(settings, "epochs", 5);
  const first_stage trained(start, training, settings);
  auto model = trained.tuned();
  const auto after = metrics::pairs_found<B>(model, others);
  const auto& losses = trained.training().losses;
  const auto mean = [&](std::size_t from) {
    return std::accumulate(losses.begin() + static_cast<std::ptrdiff_t>(from), losses.begin() + static_cast<std::ptrdiff_t>(from + 100),
                           0.0) /
           100;
  };
  BOOST_TEST_MESSAGE(losses.size() << " steps; loss " << mean(0) << " to " << mean(losses.size() - 100) << "; of " << after.pairs
                                   << " found " << before.image_to_text << " and " << before.text_to_image << " to " << after.image_to_text
                                   << " and " << after.text_to_image);
  BOOST_TEST_REQUIRE(after.pairs >= 700);
  BOOST_TEST(mean(0) > 2.0);  // ln 10 is 2.30
  BOOST_TEST(mean(losses.size() - 100) < 1.9);
  const double deviation = std::sqrt(0.1 * 0.9 / static_cast<double>(after.pairs));  // of a binomial share of one in ten
  for (const auto& [start_share, share] :
       {std::pair{before.image_to_text, after.image_to_text}, {before.text_to_image, after.text_to_image}}) {
    BOOST_TEST(start_share < 0.15);
    BOOST_TEST(share > 0.1 + 6 * deviation);
  }
}

BOOST_AUTO_TEST_SUITE_END()
