// EXPECT: fewclip::trainers::minibatch: Loss needs 'params' and 'operator()(model, logits, labels) const' [concept loss], see docs/extend/loss.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/heads/linear.hpp>
#include <fewclip/losses/cross_entropy.hpp>
#include <fewclip/optimizers/sgd.hpp>
#include <fewclip/samplers/shuffled.hpp>
#include <fewclip/schedules/constant.hpp>
#include <fewclip/trainers/minibatch.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using loss = fewclip::losses::cross_entropy;
#else
struct loss {
  using params = fewclip::no_settings;
  params settings{};
};
#endif

using B = fewclip::backend::cpu<>;
using trainer = fewclip::trainers::minibatch<loss, fewclip::optimizers::sgd, fewclip::schedules::constant, fewclip::samplers::shuffled>;

auto train(fewclip::heads::linear::fitted<B>& model, const fewclip::tensor<B>& x, const fewclip::label_tensor<B>& y) {
  return trainer::train<B>(model, x, y, {});
}
