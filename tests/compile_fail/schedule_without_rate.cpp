// EXPECT: fewclip::trainers::minibatch: Schedule needs 'params' and 'rate(peak, position) const' [concept schedule], see docs/extend/schedule.md
#include <fewclip/losses/cross_entropy.hpp>
#include <fewclip/optimizers/sgd.hpp>
#include <fewclip/samplers/shuffled.hpp>
#include <fewclip/schedules/constant.hpp>
#include <fewclip/trainers/minibatch.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using schedule = fewclip::schedules::constant;
#else
struct schedule {
  using params = fewclip::no_settings;
  params settings{};
};
#endif

constexpr auto size =
    sizeof(fewclip::trainers::minibatch<fewclip::losses::cross_entropy, fewclip::optimizers::sgd, schedule, fewclip::samplers::shuffled>);
