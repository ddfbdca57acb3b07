#pragma once
/// \file
/// Random inputs of the shared suites, drawn from one seed per run that every failure prints.

#include <cstdint>
#include <cstdlib>
#include <random>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/core/sets.hpp"

namespace fewclip::testing {

/// The seed of this run: the environment variable FEWCLIP_TEST_SEED where it is set, else drawn afresh.
inline std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const char* asked = std::getenv("FEWCLIP_TEST_SEED");
    return asked != nullptr ? std::strtoull(asked, nullptr, 10) : std::uint64_t{std::random_device{}()};
  }();
  return value;
}

/// Normal numbers.
/// \param extents the shape
/// \param stream tells the inputs of one test apart
template <compute_backend B>
tensor<B> random_tensor(const shape& extents, std::uint64_t stream) {
  const random_stream numbers(seed(), stream);
  std::vector<typename B::scalar> values(static_cast<std::size_t>(extents.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<typename B::scalar>(numbers.normal(i));
  return tensor<B>::from_host(values.data(), extents);
}

/// Rows of a tensor in another order, or some of them.
/// \param from [n, dim]
/// \param order row numbers of `from`
/// \returns [order.size(), dim]
template <compute_backend B>
tensor<B> take_rows(const tensor<B>& from, const std::vector<index>& order) {
  const auto all = from.to_host();
  const auto columns = static_cast<std::size_t>(from.columns());
  std::vector<typename B::scalar> out;
  for (const index row : order) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row) * columns);
    out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(columns));
  }
  return tensor<B>::from_host(out.data(), {static_cast<index>(order.size()), from.columns()});
}

/// A random few-shot problem of unit rows: shots per class differ, rows come in random order, no size is a multiple of 32.
template <compute_backend B>
struct random_problem {
  tensor<B> text_rows;             ///< [7, 45]
  tensor<B> support_rows;          ///< [47, 45]
  std::vector<label> labels;       ///< [47]
  tensor<B> queries;               ///< [70, 45]
  std::vector<label> query_truth;  ///< [70]

  static constexpr index classes = 7;
  static constexpr index dim = 45;

  /// \param stream tells the problems of one test apart
  explicit random_problem(std::uint64_t stream = 0) {
    const auto first = 16 * stream;
    text_rows = ops::normalise_rows(random_tensor<B>({classes, dim}, first));
    const std::vector<index> shots{9, 4, 7, 1, 12, 6, 8};
    std::vector<label> by_class;
    for (std::size_t c = 0; c < shots.size(); ++c)
      by_class.insert(by_class.end(), static_cast<std::size_t>(shots[c]), static_cast<label>(c));
    const auto rows = static_cast<index>(by_class.size());
    for (const index at : random_stream(seed(), first + 1).permutation(rows)) labels.push_back(by_class[static_cast<std::size_t>(at)]);
    for (index b = 0; b < 70; ++b) query_truth.push_back(static_cast<label>(b % classes));
    support_rows = around_texts(labels, first + 2);
    queries = around_texts(query_truth, first + 3);
  }

  /// The text rows; classes in another order where one is given.
  class_text<B> text(const std::vector<index>& order = {}) const { return {order.empty() ? text_rows : take_rows<B>(text_rows, order)}; }

  /// The support rows with labels of their own; rows in another order where one is given.
  support_set<B> support(const std::vector<index>& order = {}) const {
    std::vector<label> permuted;
    for (const index row : order) permuted.push_back(labels[static_cast<std::size_t>(row)]);
    return support_set<B>(order.empty() ? support_rows : take_rows<B>(support_rows, order),
                          class_labels(order.empty() ? std::vector<label>(labels) : std::move(permuted), classes));
  }

 private:
  /// Unit rows that point halfway to the text of their class.
  tensor<B> around_texts(const std::vector<label>& truth, std::uint64_t stream) const {
    const auto rows = static_cast<index>(truth.size());
    const tensor<B> noise = random_tensor<B>({rows, dim}, stream);
    const std::vector<index> own(truth.begin(), truth.end());
    return ops::normalise_rows(ops::add_scaled(noise, 0.15, take_rows<B>(text_rows, own), 1));
  }
};

}  // namespace fewclip::testing
