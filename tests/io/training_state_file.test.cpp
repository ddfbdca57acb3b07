#include "fewclip/io/training_state_file.hpp"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "../trainers/affine_model.hpp"
#include "fewclip/losses/cross_entropy.hpp"
#include "fewclip/optimizers/adamw.hpp"
#include "fewclip/samplers/shuffled.hpp"
#include "fewclip/schedules/cosine_per_step.hpp"
#include "fewclip/trainers/minibatch.hpp"
#include "scratch.hpp"

using namespace fewclip;
using namespace fewclip::tests;
using io::read_training_state;
using io::write_training_state;
using scratch::message_of;

namespace {

using training = trainers::minibatch<losses::cross_entropy, optimizers::adamw, schedules::cosine_per_step, samplers::shuffled>;

std::vector<std::uint64_t> bits_of(const std::vector<double>& values) {
  std::vector<std::uint64_t> out;
  for (const double value : values) out.push_back(std::bit_cast<std::uint64_t>(value));
  return out;
}

std::vector<float> trained_with_pause(fewclip::index pause, const std::string& path) {
  const auto set = random_set<single>(37, 5, 3);
  const training::params settings{.sampler = {.batch_size = 10, .seed = 3}, .epochs = 3};
  affine_model<single> model(3, 5);
  trainer_state<single> state;
  const auto until = [pause](const progress& event) { return event.done != pause; };
  training::train(model, set.features, set.labels, settings, until, &state);
  if (pause < 0) return all_values(model);
  write_training_state(state.save(), path, "run");
  affine_model<single> another(3, 5);
  auto resumed = trainer_state<single>::load(read_training_state(path, "run").value());
  const auto report = training::train(another, set.features, set.labels, settings, {}, &resumed);
  BOOST_TEST(report.steps == 12);
  return all_values(another);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_bit_of_every_number_comes_back) {
  const scratch::directory here;
  const double infinity = std::numeric_limits<double>::infinity();
  const double payload = std::bit_cast<double>(std::uint64_t{0x7FF8000000001234});
  const saved_state state{{"losses", {{0}, {}}},
                          {"tensor/parameter/w", {{2, 4}, {0.1, -0.0, infinity, -infinity, payload, 5e-324, -payload, 1e308}}},
                          {"scalar", {{}, {3}}}};
  write_training_state(state, here.file("a"), "x");
  const auto back = read_training_state(here.file("a"), "x");
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST(back->size() == 3U);
  for (const auto& [name, saved] : state) {
    BOOST_TEST((back->at(name).extents == saved.extents));
    BOOST_TEST((bits_of(back->at(name).values) == bits_of(saved.values)));
  }
  BOOST_TEST(here.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(a_training_that_goes_on_from_a_file_ends_as_without_the_pause) {
  const scratch::directory here;
  const auto expected = trained_with_pause(-1, "");
  for (const fewclip::index pause : {1, 4, 7}) BOOST_TEST((trained_with_pause(pause, here.file("state")) == expected));
}

BOOST_AUTO_TEST_CASE(no_file_or_one_of_another_training_gives_nothing) {
  const scratch::directory here;
  BOOST_TEST(!read_training_state(here.file("a"), "x").has_value());
  write_training_state({{"step", {{1}, {2}}}}, here.file("a"), "x");
  BOOST_TEST(!read_training_state(here.file("a"), "y").has_value());
  BOOST_TEST(read_training_state(here.file("a"), "x").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_damaged_or_something_else_is_refused) {
  const scratch::directory here;
  const std::string path = here.file("a");
  const auto message = [&] { return message_of<io_error>([&] { read_training_state(path, "x"); }); };
  write_training_state({{"step", {{1}, {2}}}}, path, "x");
  const std::string whole = scratch::read_text(path);
  for (const std::size_t kept : {std::size_t{0}, std::size_t{7}, whole.size() / 2, whole.size() - 1}) {
    scratch::write_text(path, whole.substr(0, kept));
    BOOST_CHECK_THROW(read_training_state(path, "x"), io_error);
  }
  io::safetensors_writer other;
  other.write(path);
  BOOST_TEST(message() == path + ": metadata `fewclip_training_state`: expected that of a training state, got none");
  other.metadata("fewclip_training_state", "2");
  other.write(path);
  BOOST_TEST(message() == path + ": metadata `fewclip_training_state`: expected version 1, got `2`");
  other.metadata("fewclip_training_state", "1");
  other.metadata("belongs_to", "x");
  other.add("step", {1}, std::vector<float>{1});
  other.write(path);
  BOOST_TEST(message() == path + ": tensor `step`, dtype: expected F64, got F32");
}

BOOST_AUTO_TEST_CASE(numbers_that_do_not_fit_their_extents_are_not_written) {
  const scratch::directory here;
  BOOST_CHECK_THROW(write_training_state({{"step", {{2}, {2}}}}, here.file("a"), "x"), io_error);
  BOOST_TEST(message_of<io_error>([&] {
               write_training_state({{"step", {{-1}, {}}}}, here.file("a"), "x");
             }) == here.file("a") + ": tensor `step`: expected extents >= 0, got -1");
  BOOST_TEST(here.entries() == 0U);
}
