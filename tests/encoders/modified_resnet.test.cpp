#include "fewclip/encoders/modified_resnet.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>

#include "fewclip/autograd/operations/norm.hpp"
#include "resnet_checks.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {
using real = backend::cpu<double>;
static_assert(trunk<encoders::modified_resnet, real>);
static_assert(trunk<encoders::modified_resnet, backend::cpu<float>>);
}  // namespace

BOOST_AUTO_TEST_CASE(tokens_and_features_agree_with_open_clip) {
  const golden_resnet golden;
  resnet_encoder<real> encoder(golden_tower<real>(), golden_pooler<real>());
  const auto images = drawn<real>(7, {2, 3, 64, 64});
  golden.near(encoder.trunk().tokens(images), "tokens");
  golden.near(encoder.embed(images), "pooled");
  encoder.prepare();
  golden.near(encoder.trunk().tokens(images), "tokens");
  golden.near(encoder.embed(images), "pooled");
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_open_clip) {
  const golden_resnet golden;
  resnet_encoder<real> encoder(golden_tower<real>(), golden_pooler<real>());
  tape<real> record;
  encoder.visit_parameters([&](std::string_view, parameter<real>& value) { value.bind(record); });
  const auto features = encoder.embed(record.constant(drawn<real>(7, {2, 3, 64, 64})));
  golden.near(features.value(), "pooled");
  record.backward(ops::half_squared_norm(features));
  int compared = 0;
  encoder.visit_parameters([&](std::string_view full, const parameter<real>& value) {
    const std::string name(full.substr(std::string_view("visual.").size()));
    for (const char* layer : {"conv1", "layer1.0.conv2", "layer2.0.downsample", "layer3.0.conv3", "layer4.0.conv2", "attnpool.q_proj"}) {
      if (name == std::string(layer) + ".weight") golden.near_digest(record.gradient(value.leaf()), "grad." + name);
      if (name == std::string(layer) + ".bias") golden.near(record.gradient(value.leaf()), "grad." + name);
      compared += name.starts_with(std::string(layer) + ".") ? 1 : 0;
    }
  });
  BOOST_TEST(compared == 12);
}

// Where the gradient of a parameter is largest: behind a ReLU most are zero, which shows nothing.
BOOST_AUTO_TEST_CASE(gradients_of_the_whole_tower_agree_with_central_differences) {
  resnet_encoder<real> encoder(golden_tower<real>(), golden_pooler<real>());
  tensor<real> images = drawn<real>(7, {1, 3, 64, 64});
  tape<real> record;
  encoder.visit_parameters([&](std::string_view, parameter<real>& value) { value.bind(record); });
  const auto x = record.leaf(images);
  record.backward(ops::half_squared_norm(encoder.embed(x)));
  std::map<std::string, tensor<real>, std::less<>> gradients;
  encoder.visit_parameters([&](std::string_view name, parameter<real>& value) {
    gradients.emplace(name, record.gradient(value.leaf()));
    value.release();
  });
  const auto compare = [&](std::string_view name, tensor<real>& values, const tensor<real>& gradient) {
    const auto slopes = gradient.to_host();
    const auto largest = std::max_element(slopes.begin(), slopes.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    const fewclip::index place = largest - slopes.begin();
    const double kept = values.data()[place];
    double ends[2];
    for (const int side : {0, 1}) {
      values.mutable_data()[place] = kept + (side == 0 ? 1e-6 : -1e-6);
      ends[side] = ops::half_squared_norm(encoder.embed(images)).data()[0];
    }
    values.mutable_data()[place] = kept;
    const double numeric = (ends[0] - ends[1]) / 2e-6;
    BOOST_TEST(std::abs(numeric - *largest) < 1e-6 * std::abs(*largest) + 1e-8, name << ": " << *largest << " against " << numeric);
    if (name != "visual.attnpool.k_proj.bias") BOOST_TEST(std::abs(*largest) > 1e-4, name << ": " << *largest);
  };
  compare("images", images, record.gradient(x));
  encoder.visit_parameters(
      [&](std::string_view name, parameter<real>& p) { compare(name, p.mutable_value(), gradients.find(name)->second); });
  BOOST_TEST(gradients.size() == 2U * (3 + 4 * 4) + 9U);
}

BOOST_AUTO_TEST_CASE(prepared_towers_agree_whatever_the_batch_and_the_threads) {
  check_tokens_on<real>(1e-12);
  check_tokens_on<backend::cpu<float>>(3e-5);
}

BOOST_AUTO_TEST_CASE(a_changed_weight_is_used_without_and_with_a_new_preparation) {
  auto tower = golden_tower<real>();
  tower.prepare();
  const auto images = drawn<real>(7, {1, 3, 64, 64});
  const auto before = tower.tokens(images);
  tower.visit_parameters([](std::string_view name, parameter<real>& value) {
    if (name == "layer4.0.conv3.bias") value.mutable_value().mutable_data()[0] += 1;
  });
  const auto after = tower.tokens(images);
  BOOST_TEST(relative_difference(after, before) > 1e-3);
  tower.prepare();
  BOOST_TEST(relative_difference(tower.tokens(images), after) < 1e-12);
}

BOOST_AUTO_TEST_CASE(the_parameters_have_the_names_and_sizes_of_rn50) {
  encoders::modified_resnet::fitted<backend::cpu<float>> tower({});
  poolers::attention::fitted<backend::cpu<float>> pool({});
  fewclip::index convolutions = 0;
  fewclip::index numbers = 0;
  std::vector<std::string> names;
  tower.visit_parameters([&](std::string_view name, const parameter<backend::cpu<float>>& value) {
    names.emplace_back(name);
    convolutions += name.ends_with(".weight") ? 1 : 0;
    numbers += value.value().size();
  });
  pool.visit_parameters([&](std::string_view, const parameter<backend::cpu<float>>& value) { numbers += value.value().size(); });
  BOOST_TEST(convolutions == 55);
  BOOST_TEST(names[0] == "conv1.weight");
  BOOST_TEST(names[6] == "layer1.0.conv1.weight");
  BOOST_TEST(names[12] == "layer1.0.downsample.weight");
  BOOST_TEST(names[14] == "layer1.1.conv1.weight");
  BOOST_TEST(names.back() == "layer4.2.conv3.bias");
  // 38,316,896 with two numbers per channel of a norm, of which a folded bias is one; 26,624 channels.
  BOOST_TEST(numbers == encoders::resnet_architecture{}.parameters() - 26624);
}

BOOST_AUTO_TEST_CASE(images_of_another_size_are_errors) {
  const auto tower = golden_tower<real>();
  BOOST_CHECK_THROW(tower.tokens(tensor<real>({1, 3, 32, 64})), shape_error);
  BOOST_CHECK_THROW(tower.tokens(tensor<real>({1, 64, 64, 3})), shape_error);
  BOOST_CHECK_THROW(encoders::modified_resnet::fitted<real>({.resolution = 100}), value_error);
}
