// EXPECT: fewclip::trainers::minibatch: Optimizer needs 'params', 'state<B>::step' and 'state<B>::visit_state' [concept optimizer], see docs/extend/optimizer.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/heads/linear.hpp>
#include <fewclip/losses/cross_entropy.hpp>
#include <fewclip/optimizers/sgd.hpp>
#include <fewclip/samplers/shuffled.hpp>
#include <fewclip/schedules/constant.hpp>
#include <fewclip/trainers/minibatch.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using optimizer = fewclip::optimizers::sgd;
#else
struct optimizer {
  using params = fewclip::optimizers::sgd::params;
  template <class B>
  struct state {
    explicit state(const params&) {}
  };
};
#endif

using B = fewclip::backend::cpu<>;
using trainer =
    fewclip::trainers::minibatch<fewclip::losses::cross_entropy, optimizer, fewclip::schedules::constant, fewclip::samplers::shuffled>;

auto train(fewclip::heads::linear::fitted<B>& model, const fewclip::tensor<B>& x, const fewclip::label_tensor<B>& y) {
  return trainer::train<B>(model, x, y, {});
}
