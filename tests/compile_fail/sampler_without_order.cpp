// EXPECT: fewclip::trainers::minibatch: Sampler needs 'params', 'batch_size(rows) const' and 'order(rows, epoch) const' [concept sampler], see docs/extend/sampler.md
#include <fewclip/losses/cross_entropy.hpp>
#include <fewclip/optimizers/sgd.hpp>
#include <fewclip/samplers/shuffled.hpp>
#include <fewclip/schedules/constant.hpp>
#include <fewclip/trainers/minibatch.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using sampler = fewclip::samplers::shuffled;
#else
struct sampler {
  using params = fewclip::no_settings;
  params settings{};
  fewclip::index batch_size(fewclip::index rows) const { return rows; }
};
#endif

constexpr auto size =
    sizeof(fewclip::trainers::minibatch<fewclip::losses::cross_entropy, fewclip::optimizers::sgd, fewclip::schedules::constant, sampler>);
