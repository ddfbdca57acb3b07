#pragma once

#include <vector>

#include "fewclip/config.hpp"
#include "fewclip/core/pairs.hpp"
#include "fewclip/trainers/detail/model_parameters.hpp"

namespace fewclip::trainers::detail {

/// A loss and its gradients, one for each parameter.
template <compute_backend B>
struct loss_and_gradients {
  double loss = 0;
  std::vector<tensor<B>> gradients{};
};

/// The loss of rows of features and its gradients: one forward and one backward.
template <class Loss, compute_backend B, class Model>
loss_and_gradients<B> differentiate(Model& model, const model_parameters<B>& parameters, const Loss& loss, const tensor<B>& features,
                                    const label_tensor<B>& labels) {
  loss_and_gradients<B> out;
  tape<B> record;
  const bound_parameters<B> bound(parameters, record);
  bind_derived(model, record);
  const variable<B> value = loss(model, model.logits(record.constant(features)), labels);
  out.loss = static_cast<double>(value.value().to_host()[0]);
  record.backward(value);
  for (const auto& each : parameters.list()) out.gradients.push_back(record.gradient(each.value->leaf()));
  return out;
}

/// The loss of similarities: with the model where it asks for that.
template <compute_backend B, class Loss, class Model>
variable<B> loss_of_pairs(Model& model, const Loss& loss, const variable<B>& similarities) {
  if constexpr (requires { loss(model, similarities); }) {
    return loss(model, similarities);
  } else {
    return loss(similarities);
  }
}

/// The loss of a batch of pairs and its gradients: one forward and one backward of both towers.
template <compute_backend B, class Loss, class Model>
loss_and_gradients<B> differentiate_pairs(Model& model, const model_parameters<B>& parameters, const Loss& loss,
                                          const pair_batch<B>& batch) {
  loss_and_gradients<B> out;
  tape<B> record;
  const bound_parameters<B> bound(parameters, record);
  bind_derived(model, record);
  const variable<B> value = loss_of_pairs<B>(model, loss, model.similarities(record, batch.images, batch.token_ids()));
  out.loss = static_cast<double>(value.value().to_host()[0]);
  record.backward(value);
  for (const auto& each : parameters.list()) out.gradients.push_back(record.gradient(each.value->leaf()));
  return out;
}

/// The loss of rows of features, forward only.
template <class Loss, compute_backend B, class Model>
double evaluate(Model& model, const Loss& loss, const tensor<B>& features, const label_tensor<B>& labels) {
  return static_cast<double>(value_of(loss(model, model.logits(features), labels)).to_host()[0]);
}

/// Rows of a tensor in the order of `rows`, whatever its rank.
template <class Scalar, compute_backend B>
basic_tensor<Scalar, B> gather_rows(const basic_tensor<Scalar, B>& from, const std::vector<index>& rows) {
  const auto count = static_cast<index>(rows.size());
  shape extents{count};
  for (index d = 1; d < from.rank(); ++d) extents.append(from.extents()[d]);
  auto out = basic_tensor<Scalar, B>::uninitialised(extents);
  const auto which = basic_tensor<index, B>::from_host(rows.data(), {count});
  const index* row = which.data();
  const Scalar* in = from.data();
  Scalar* result = out.mutable_data();
  const index columns = from.columns();
  B::for_each_row(count, columns, [=] FEWCLIP_HOST_DEVICE(index r) {
    for (index c = 0; c < columns; ++c) result[r * columns + c] = in[row[r] * columns + c];
  });
  return out;
}

/// \throws shape_error unless there is one label per row, and at least one row
template <compute_backend B>
void require_training_set(const char* where, const tensor<B>& features, const label_tensor<B>& labels) {
  if (features.rank() == 0 || features.rows() == 0 || features.rows() != labels.size()) {
    throw shape_error(expected_got(where, "labels", "one per row of the features, and at least one",
                                   std::to_string(labels.size()) + " for features " + features.extents().text()));
  }
}

}  // namespace fewclip::trainers::detail
