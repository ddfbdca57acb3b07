// EXPECT: fewclip::trainers::minibatch: Model needs 'logits(x)' for tensors and variables [concept trainable_model], see docs/extend/trainer.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/heads/linear.hpp>
#include <fewclip/losses/cross_entropy.hpp>
#include <fewclip/optimizers/sgd.hpp>
#include <fewclip/samplers/shuffled.hpp>
#include <fewclip/schedules/constant.hpp>
#include <fewclip/trainers/minibatch.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using model_type = fewclip::heads::linear::fitted<fewclip::backend::cpu<>>;
#else
struct model_type {};
#endif

using B = fewclip::backend::cpu<>;
using trainer = fewclip::trainers::minibatch<fewclip::losses::cross_entropy, fewclip::optimizers::sgd, fewclip::schedules::constant,
                                             fewclip::samplers::shuffled>;

auto train(model_type& model, const fewclip::tensor<B>& x, const fewclip::label_tensor<B>& y) { return trainer::train<B>(model, x, y, {}); }
