// EXPECT: fewclip::trainers::contrastive_pairs: Source needs 'batches(epoch) const' and 'batch(epoch, i) const' [concept pair_source], see docs/extend/pair_source.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/optimizers/adam.hpp>
#include <fewclip/schedules/constant.hpp>
#include <fewclip/trainers/contrastive_pairs.hpp>

using B = fewclip::backend::cpu<>;

struct source {
  fewclip::index batches(fewclip::index) const { return 1; }
#ifdef FEWCLIP_EXPECT_PASS
  fewclip::pair_batch<B> batch(fewclip::index, fewclip::index) const { return {}; }
#else
  int batch(fewclip::index, fewclip::index) const { return 0; }
#endif
};

struct model {
  fewclip::tensor<B> similarities(const fewclip::tensor<B>& x, const fewclip::matrix_view<std::int32_t>&) const { return x; }
  fewclip::variable<B> similarities(fewclip::tape<B>& record, const fewclip::tensor<B>& x,
                                    const fewclip::matrix_view<std::int32_t>&) const {
    return record.constant(x);
  }
};

void train(model& made) {
  fewclip::trainers::contrastive_pairs<fewclip::losses::contrastive, fewclip::optimizers::adam, fewclip::schedules::constant>::train<B>(
      made, source(), {});
}
