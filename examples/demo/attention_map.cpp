#include "attention_map.hpp"

#include <algorithm>
#include <cmath>

namespace program {
namespace {

/// W x + b.
std::vector<double> affine(const pooler_numbers& pooler, const std::string& name, const std::vector<double>& x) {
  const auto& weight = pooler.at("attnpool." + name + ".weight");
  const auto& bias = pooler.at("attnpool." + name + ".bias");
  const std::size_t out = weight.extents[0];
  const std::size_t in = weight.extents[1];
  std::vector<double> y(out);
  for (std::size_t r = 0; r < out; ++r) {
    double sum = static_cast<double>(bias.values[r]);
    for (std::size_t c = 0; c < in; ++c) sum += static_cast<double>(weight.values[r * in + c]) * x[c];
    y[r] = sum;
  }
  return y;
}

}  // namespace

std::vector<double> attention_weights(const pooler_numbers& pooler, std::span<const float> tokens, std::size_t heads) {
  const auto& position = pooler.at("attnpool.positional_embedding");
  const std::size_t rows = position.extents[0];
  const std::size_t width = position.extents[1];
  std::vector<std::vector<double>> z(rows, std::vector<double>(width, 0.0));
  for (std::size_t p = 1; p < rows; ++p) {
    for (std::size_t d = 0; d < width; ++d) {
      z[p][d] = static_cast<double>(tokens[(p - 1) * width + d]);
      z[0][d] += z[p][d] / static_cast<double>(rows - 1);
    }
  }
  for (std::size_t p = 0; p < rows; ++p) {
    for (std::size_t d = 0; d < width; ++d) z[p][d] += static_cast<double>(position.values[p * width + d]);
  }
  const std::vector<double> query = affine(pooler, "q_proj", z[0]);
  std::vector<std::vector<double>> keys;
  for (const auto& each : z) keys.push_back(affine(pooler, "k_proj", each));
  const std::size_t each_head = width / heads;
  std::vector<double> mean(rows, 0.0);
  for (std::size_t h = 0; h < heads; ++h) {
    std::vector<double> score(rows, 0.0);
    for (std::size_t p = 0; p < rows; ++p) {
      for (std::size_t d = h * each_head; d < (h + 1) * each_head; ++d) score[p] += query[d] * keys[p][d];
      score[p] /= std::sqrt(static_cast<double>(each_head));
    }
    const double top = *std::max_element(score.begin(), score.end());
    double sum = 0;
    for (double& s : score) sum += s = std::exp(s - top);
    for (std::size_t p = 0; p < rows; ++p) mean[p] += score[p] / sum / static_cast<double>(heads);
  }
  std::vector<double> out(mean.begin() + 1, mean.end());
  double sum = 0;
  for (const double each : out) sum += each;
  for (double& each : out) each /= sum;
  return out;
}

}  // namespace program
