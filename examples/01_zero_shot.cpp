// Zero-shot classification: the cosine between an image feature and one text feature per class.
//
// fewclip::methods::zero_shot<> is, from the inside out:
//   heads::text                    logits = 100 x T^T, the text rows packed once as the right operand of the product
//   backend::cpu<>                 float numbers, matrix products by Eigen
//   classifier<cpu, heads::text>   checks what comes in, fits, predicts; no trainer and no selector are needed

#include <cstdio>
#include <fewclip/methods/zero_shot.hpp>

#include "generated_features.hpp"

int main() {
  const generated_world world(20, 64, 1);
  const std::vector<float> text = world.text();
  const generated_rows queries = world.images(2, 10);

  // No support set: the empty braces. Views do not copy.
  const fewclip::methods::zero_shot<> classifier(fewclip::matrix_view<float>(text.data(), world.classes(), 64), {});
  const std::vector<fewclip::label> found = classifier.predict(queries.view());

  int hits = 0;
  for (std::size_t row = 0; row < found.size(); ++row) hits += found[row] == queries.labels[row];
  std::printf("zero_shot: %d of %zu generated rows recognised\n", hits, found.size());
  return hits > 0 ? 0 : 1;
}
