// EXPECT: fewclip::trainers::full_batch: Optimizer needs 'params', 'state<B>' and 'minimise<B>' [concept batch_optimizer], see docs/extend/optimizer.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/heads/linear.hpp>
#include <fewclip/losses/cross_entropy.hpp>
#include <fewclip/trainers/full_batch.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using optimizer = fewclip::optimizers::lbfgs;
#else
struct optimizer {
  using params = fewclip::no_settings;
  template <class B>
  struct state {};
};
#endif

using B = fewclip::backend::cpu<>;

auto train(fewclip::heads::linear::fitted<B>& model, const fewclip::tensor<B>& x, const fewclip::label_tensor<B>& y) {
  return fewclip::trainers::full_batch<fewclip::losses::cross_entropy, optimizer>::train<B>(model, x, y, {});
}
