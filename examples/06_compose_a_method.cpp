// A method that no paper has: one alias over existing parts.
//
// From the inside out:
//   refiners::prior_channels<prior::text_and_images>   keeps the channels that tell classes apart (APE)
//   caches::learnable_keys                             the cache's keys are trained (Tip-Adapter-F)
//   caches::key_value<...>                             keys on the kept channels vote for their class by exp(-beta (1 - cosine))
//   adapters::blend<heads::text, ...>                  the text's score plus the cache's vote
//   trainers::minibatch<...>                           cross-entropy, AdamW, a cosine schedule, shuffled batches
// Its settings are those of its parts, so they are set by the names that `fewclip methods` lists.

#include <cstdio>
#include <fewclip/methods/ape.hpp>
#include <fewclip/methods/tip_adapter_f.hpp>

#include "generated_features.hpp"

namespace {

using cpu = fewclip::backend::cpu<>;

using ape_with_trained_keys = fewclip::classifier<
    cpu,
    fewclip::adapters::blend<fewclip::heads::text,
                             fewclip::caches::key_value<fewclip::kernels::exponential_affinity, fewclip::caches::learnable_keys,
                                                        fewclip::caches::labels, fewclip::refiners::prior_channels<>>>,
    fewclip::trainers::minibatch<fewclip::losses::cross_entropy, fewclip::optimizers::adamw, fewclip::schedules::cosine_per_step,
                                 fewclip::samplers::shuffled>>;

}  // namespace

int main() {
  const generated_world world(20, 64, 7);
  const std::vector<float> text = world.text();
  const generated_rows support = world.images(0, 8);
  const generated_rows queries = world.images(2, 20);

  ape_with_trained_keys::params settings;
  fewclip::set_setting(settings, "channels", 0.5);  // by name, with the range checked
  settings.adapter.cache.kernel.beta = 4;           // or by member
  settings.trainer.epochs = 20;

  const ape_with_trained_keys classifier(fewclip::matrix_view<float>(text.data(), world.classes(), 64),
                                         {support.view(), {support.labels, world.classes()}}, settings);
  const std::vector<fewclip::label> found = classifier.predict(queries.view());
  int hits = 0;
  for (std::size_t row = 0; row < found.size(); ++row) hits += found[row] == queries.labels[row];
  std::printf("loss %.4f before training, %.4f after %td steps on %td numbers\n", classifier.training().first_loss,
              classifier.training().final_loss, classifier.training().steps, classifier.training().trained_parameters);
  std::printf("%d of %zu generated rows recognised\n", hits, found.size());
  return classifier.training().final_loss < classifier.training().first_loss ? 0 : 1;
}
