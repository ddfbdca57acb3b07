#pragma once
/// \file
/// Prompts with learned tokens through a frozen text tower, some at a time.

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/gather.hpp"
#include "fewclip/autograd/operations/place_rows.hpp"
#include "fewclip/encoders/text_transformer.hpp"
#include "fewclip/prompts/tokenised_prompts.hpp"

namespace fewclip::prompts::detail {

/// Prompts that go through the tower together, all padded to the length of the longest. What stands behind an end is never seen.
template <compute_backend B>
struct prompt_batch {
  label_tensor<B> prompts;  ///< which they are
  label_tensor<B> ids;      ///< [prompts * length], 0 where the token is learned or padding
  label_tensor<B> at;       ///< the places of learned tokens among the ids
  label_tensor<B> learned;  ///< the row of the learned embeddings for each of them
  std::vector<label> ends;  ///< the place of each prompt's end
  index tokens = 0;         ///< prompts * length
};

template <compute_backend B>
label_tensor<B> labels_of(const std::vector<label>& values) {
  return label_tensor<B>::from_host(values.data(), {static_cast<index>(values.size())});
}

template <compute_backend B>
prompt_batch<B> batch_of(const std::vector<prompt_slots>& prompts, const std::vector<label>& members) {
  std::size_t length = 0;
  for (const label p : members) length = std::max(length, prompts[static_cast<std::size_t>(p)].size());
  std::vector<label> ids(length * members.size(), 0);
  std::vector<label> at;
  std::vector<label> learned;
  prompt_batch<B> out;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const prompt_slots& slots = prompts[static_cast<std::size_t>(members[i])];
    for (std::size_t k = 0; k < slots.size(); ++k) {
      const std::size_t place = i * length + k;
      if (slots[k] >= 0) {
        ids[place] = static_cast<label>(slots[k]);
      } else {
        at.push_back(static_cast<label>(place));
        learned.push_back(static_cast<label>(-1 - slots[k]));
      }
    }
    out.ends.push_back(static_cast<label>(slots.size() - 1));
  }
  out.prompts = labels_of<B>(members);
  out.ids = labels_of<B>(ids);
  out.at = labels_of<B>(at);
  out.learned = labels_of<B>(learned);
  out.tokens = static_cast<index>(ids.size());
  return out;
}

/// Cuts prompts, shortest first, into batches of at most `most_tokens` tokens, or of one prompt.
template <compute_backend B>
std::vector<prompt_batch<B>> batches_of(const std::vector<prompt_slots>& prompts, index most_tokens) {
  std::vector<label> order(prompts.size());
  std::iota(order.begin(), order.end(), label{0});
  const auto length = [&](label p) { return prompts[static_cast<std::size_t>(p)].size(); };
  std::stable_sort(order.begin(), order.end(), [&](label a, label b) { return length(a) < length(b); });
  std::vector<prompt_batch<B>> out;
  std::vector<label> members;
  for (const label p : order) {
    if (!members.empty() && static_cast<index>((members.size() + 1) * length(p)) > most_tokens) {
      out.push_back(batch_of<B>(prompts, members));
      members.clear();
    }
    members.push_back(p);
  }
  if (!members.empty()) out.push_back(batch_of<B>(prompts, members));
  return out;
}

/// x . weights, whose gradient is `weights`.
template <compute_backend B>
struct inner_product_operation {
  tensor<B> weights;
  tensor<B> forward(const tensor<B>&) const { return tensor<B>({1}); }
  void backward(const tensor<B>&, gradient_sink<B>& sink) const { sink.add(0, weights); }
};

/// Operand: the learned embeddings [m, width].
///
/// Recording keeps the tapes of the first `kept_tokens` tokens; the batches beyond are run again in the backward, one at a time.
template <compute_backend B>
struct encode_prompts_operation {
  using tower = encoders::text_transformer::fitted<B>;
  struct recorded {
    tape<B> record;
    variable<B> leaf, result;
  };

  const tower* text = nullptr;
  const std::vector<prompt_batch<B>>* batches = nullptr;
  std::shared_ptr<const void> owner;
  index prompts = 0;
  index kept_tokens = 0;
  bool recording = false;
  tensor<B> learned{};
  std::vector<std::unique_ptr<recorded>> kept{};

  tensor<B> forward(const tensor<B>& rows) {
    learned = rows;
    const index embed = text->sizes().embed;
    tensor<B> out = tensor<B>::uninitialised({prompts, embed});
    auto* result = out.mutable_data();
    index used = 0;
    for (const prompt_batch<B>& batch : *batches) {
      used += batch.tokens;
      tensor<B> found;
      if (recording && used <= kept_tokens) {
        kept.push_back(record(batch));
        found = kept.back()->result.value();
      } else {
        found = run(batch, rows);
      }
      const auto* from = found.data();
      const label* to = batch.prompts.data();
      B::for_each_row(found.rows(), embed, [=] FEWCLIP_HOST_DEVICE(index r) {
        for (index c = 0; c < embed; ++c) result[static_cast<index>(to[r]) * embed + c] = from[r * embed + c];
      });
    }
    return out;
  }

  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) {
    for (std::size_t i = 0; i < batches->size(); ++i) {
      const prompt_batch<B>& batch = (*batches)[i];
      const std::unique_ptr<recorded> made = i < kept.size() ? std::move(kept[i]) : record(batch);
      made->record.backward(apply(inner_product_operation<B>{ops::gather_rows(gradient, batch.prompts)}, made->result));
      sink.add(0, made->record.gradient(made->leaf));
    }
  }

  template <operand Rows>
  auto run(const prompt_batch<B>& batch, const Rows& rows) const {
    return text->encode_embeddings(ops::place_rows(text->embed_tokens(batch.ids), ops::gather_rows(rows, batch.learned), batch.at),
                                   batch.ends);
  }

  std::unique_ptr<recorded> record(const prompt_batch<B>& batch) const {
    auto out = std::make_unique<recorded>();
    out->leaf = out->record.leaf(learned);
    out->result = run(batch, out->leaf);
    return out;
  }
};

}  // namespace fewclip::prompts::detail
