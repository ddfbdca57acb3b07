// EXPECT: fewclip::trainers::contrastive_pairs: Loss needs 'params' and 'operator()(similarities) const', or (model, similarities) [concept pair_loss], see docs/extend/loss.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/losses/cross_entropy.hpp>
#include <fewclip/optimizers/adam.hpp>
#include <fewclip/schedules/constant.hpp>
#include <fewclip/trainers/contrastive_pairs.hpp>

using B = fewclip::backend::cpu<>;

#ifdef FEWCLIP_EXPECT_PASS
using loss = fewclip::losses::contrastive;
#else
using loss = fewclip::losses::cross_entropy;
#endif

struct model {
  fewclip::tensor<B> similarities(const fewclip::tensor<B>& x, const fewclip::matrix_view<std::int32_t>&) const { return x; }
  fewclip::variable<B> similarities(fewclip::tape<B>& record, const fewclip::tensor<B>& x,
                                    const fewclip::matrix_view<std::int32_t>&) const {
    return record.constant(x);
  }
};

void train(model& made, const fewclip::fixed_pairs<B>& pairs) {
  fewclip::trainers::contrastive_pairs<loss, fewclip::optimizers::adam, fewclip::schedules::constant>::train<B>(made, pairs, {});
}
