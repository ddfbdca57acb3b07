// EXPECT: fewclip::trainers::full_batch: Loss needs 'params' and 'operator()(model, logits, labels) const' [concept loss], see docs/extend/loss.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/heads/linear.hpp>
#include <fewclip/losses/cross_entropy.hpp>
#include <fewclip/trainers/full_batch.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using loss = fewclip::losses::cross_entropy;
#else
struct loss {
  using params = fewclip::no_settings;
  params settings{};
};
#endif

using B = fewclip::backend::cpu<>;

auto train(fewclip::heads::linear::fitted<B>& model, const fewclip::tensor<B>& x, const fewclip::label_tensor<B>& y) {
  return fewclip::trainers::full_batch<loss>::train<B>(model, x, y, {});
}
