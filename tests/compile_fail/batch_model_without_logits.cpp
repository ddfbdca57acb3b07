// EXPECT: fewclip::trainers::full_batch: Model needs 'logits(x)' for tensors and variables [concept trainable_model], see docs/extend/trainer.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/heads/linear.hpp>
#include <fewclip/losses/cross_entropy.hpp>
#include <fewclip/trainers/full_batch.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using model_type = fewclip::heads::linear::fitted<fewclip::backend::cpu<>>;
#else
struct model_type {};
#endif

using B = fewclip::backend::cpu<>;

auto train(model_type& model, const fewclip::tensor<B>& x, const fewclip::label_tensor<B>& y) {
  return fewclip::trainers::full_batch<fewclip::losses::cross_entropy>::train<B>(model, x, y, {});
}
