#include "fewclip/tuners/lora.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "fewclip/optimizers/adam.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/trainers/contrastive_pairs.hpp"
#include "fewclip/tuners/tuned_model.hpp"
#include "tiny_pairs.hpp"

using namespace fewclip;
using namespace fewclip::tests;
using lora = tuners::lora<2>;
using tuned = tuners::tuned_model<real, lora, clip::fitted<real>>;
using trainer_type = trainers::contrastive_pairs<losses::contrastive, optimizers::adam, schedules::constant>;

static_assert(tuner<lora, real, clip::fitted<real>>);

namespace {

tuned made() { return tuned(tiny_clip<real>()); }

/// The contrastive loss and the gradients of the factors.
std::map<std::string, tensor<real>> gradients(tuned& model) {
  const auto batch = tiny_pairs<real>(0);
  tape<real> record;
  std::map<std::string, variable<real>> leaves;
  model.visit_parameters([&](std::string_view name, parameter<real>& each) {
    each.bind(record);
    leaves[std::string(name)] = each.leaf();
  });
  model.bind_derived(record);
  record.backward(losses::contrastive{}(model.similarities(record, batch.images, batch.token_ids())));
  std::map<std::string, tensor<real>> out;
  for (const auto& [name, leaf] : leaves) out[name] = record.gradient(leaf);
  model.visit_parameters([](std::string_view, parameter<real>& each) { each.release(); });
  model.refresh();
  return out;
}

double loss_of(tuned& model) {
  const auto batch = tiny_pairs<real>(0);
  model.refresh();
  return losses::contrastive{}(model.similarities(batch.images, batch.token_ids())).to_host()[0];
}

double norm(const tensor<real>& x) {
  double out = 0;
  for (const double value : x.to_host()) out += value * value;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_starts_from_the_encoder_with_gradients_for_b_alone) {
  auto model = made();
  auto plain = tiny_clip<real>();
  const auto batch = tiny_pairs<real>(0);
  const auto before = plain.similarities(batch.images, batch.token_ids()).to_host();
  for (const auto& [name, gradient] : gradients(model)) {
    BOOST_TEST((norm(gradient) > 0) == name.ends_with("lora_b"), name);
  }
  BOOST_TEST((model.similarities(batch.images, batch.token_ids()).to_host() == before));
}

BOOST_AUTO_TEST_CASE(the_number_of_parameters_is_that_of_the_specification) {
  // 2 blocks * 3 matrices * 2 factors * rank 2, widths 12 and 8
  auto model = made();
  BOOST_TEST(model.trained_parameters() == 2 * 3 * 2 * 2 * (12 + 8));
}

BOOST_AUTO_TEST_CASE(gradients_of_the_factors_agree_with_central_differences) {
  auto model = made();
  std::uint64_t stream = 1;
  model.visit_parameters([&](std::string_view, parameter<real>& each) {
    const random_stream numbers(11, stream++);
    for (fewclip::index i = 0; i < each.value().size(); ++i)
      each.mutable_value().mutable_data()[i] += 0.3 * numbers.normal(static_cast<std::uint64_t>(i));
  });
  model.refresh();
  const auto got = gradients(model);
  model.visit_parameters([&](std::string_view name, parameter<real>& each) {
    const auto expected = got.at(std::string(name));
    for (fewclip::index i = 0; i < each.value().size(); i += 5) {
      double ends[2];
      for (const int side : {0, 1}) {
        const double before = each.value().data()[i];
        each.mutable_value().mutable_data()[i] = before + (side == 0 ? 1e-5 : -1e-5);
        ends[side] = loss_of(model);
        each.mutable_value().mutable_data()[i] = before;
      }
      BOOST_TEST(std::abs(expected.data()[i] - (ends[0] - ends[1]) / 2e-5) < 1e-8, name << " at " << i);
    }
  });
}

BOOST_AUTO_TEST_CASE(training_changes_the_attention_weights_alone_by_a_matrix_of_low_rank) {
  auto model = made();
  auto start = tiny_clip<real>();
  trainer_type::params settings;
  settings.epochs = 20;
  settings.optimizer.learning_rate = 0.02;
  const auto report = trainer_type::train<real>(model, tiny_source<real>(), settings);
  BOOST_TEST(report.final_loss < 0.8 * report.first_loss);
  auto after = model.model();
  const auto before = values_of<real>(start);
  for (const auto& [name, values] : values_of<real>(after)) {
    BOOST_TEST((values != before.at(name)) == name.ends_with("attn.in_proj_weight"), name);
  }
  // Any three columns of a part of the change are dependent: the rank is 2.
  const auto change = [&](std::size_t row, std::size_t column) {
    const std::string name = "transformer.resblocks.0.attn.in_proj_weight";
    return values_of<real>(after).at(name)[row * 8 + column] - before.at(name)[row * 8 + column];
  };
  double m[3][3];
  double size = 0;
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 3; ++c) size += std::abs(m[r][c] = change(8 + 2 * r, 3 * c / 2));
  }
  const double determinant = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
                             m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  BOOST_TEST(size > 1e-2);
  BOOST_TEST(std::abs(determinant) < 1e-12 * size * size * size);
}

BOOST_AUTO_TEST_CASE(one_tower_can_be_tuned_alone_and_a_model_without_attention_is_refused) {
  lora::params settings;
  settings.on.text = false;
  auto model = tuned(tiny_clip<real>(), settings);
  model.visit_parameters([](std::string_view name, const parameter<real>&) { BOOST_TEST(name.starts_with("visual."), name); });
  settings.on.image = false;
  BOOST_CHECK_THROW(tuned(tiny_clip<real>(), settings), value_error);
}
