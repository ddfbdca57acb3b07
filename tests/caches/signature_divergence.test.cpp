#include "fewclip/caches/signature_divergence.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "../autograd/finite_differences.hpp"
#include "../methods/toy.hpp"
#include "fewclip/autograd/operations/norm.hpp"
#include "fewclip/methods/clip_adapter.hpp"
#include "fewclip/methods/tip_x.hpp"
#include "fewclip/testing/cache_suite.hpp"

namespace {

namespace t = fewclip::testing;
using real = t::exact_backend;
using frozen = fewclip::caches::signature_divergence<>;
using transductive = fewclip::caches::signature_divergence<fewclip::caches::rescaling::transductive>;
using both_forms = std::tuple<frozen, transductive>;
using matrix = std::vector<std::vector<double>>;

double dot(const fewclip::tensor<real>& a, fewclip::index i, const fewclip::tensor<real>& b, fewclip::index j) {
  double sum = 0;
  for (fewclip::index d = 0; d < a.columns(); ++d) sum += a.data()[i * a.columns() + d] * b.data()[j * b.columns() + d];
  return sum;
}

matrix signatures(const fewclip::tensor<real>& x, const fewclip::tensor<real>& text, double temperature) {
  matrix out;
  for (fewclip::index i = 0; i < x.rows(); ++i) {
    std::vector<double> row;
    double total = 0;
    for (fewclip::index c = 0; c < text.rows(); ++c) total += row.emplace_back(std::exp(dot(x, i, text, c) / temperature));
    for (double& each : row) each /= total;
    out.push_back(row);
  }
  return out;
}

/// M[b][i] = KL(q_b || S_i), by the definition.
matrix divergences(const fewclip::tensor<real>& x, const fewclip::tensor<real>& rows, const fewclip::tensor<real>& text,
                   double temperature) {
  const matrix q = signatures(x, text, temperature);
  const matrix s = signatures(rows, text, temperature);
  matrix out(q.size(), std::vector<double>(s.size(), 0));
  for (std::size_t b = 0; b < q.size(); ++b) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      for (std::size_t c = 0; c < q[b].size(); ++c) out[b][i] += q[b][c] * std::log(q[b][c] / s[i][c]);
    }
  }
  return out;
}

std::pair<double, double> range(const matrix& m) {
  std::pair<double, double> out{1e300, -1e300};
  for (const auto& row : m) {
    for (const double each : row) out = {std::min(out.first, each), std::max(out.second, each)};
  }
  return out;
}

/// -gamma times the class sums of the rescaled divergences, by double loops. `sign` -1 rescales -M instead.
matrix direct_logits(const t::random_problem<real>& problem, double gamma, bool from_queries, double sign = 1) {
  matrix m = divergences(problem.queries, problem.support_rows, problem.text_rows, 0.5);
  const auto& ranged = from_queries ? problem.queries : problem.support_rows;
  matrix own = divergences(ranged, problem.support_rows, problem.text_rows, 0.5);
  for (auto* each : {&m, &own}) {
    for (auto& row : *each) {
      for (double& value : row) value *= sign;
    }
  }
  matrix cosines(static_cast<std::size_t>(ranged.rows()));
  for (fewclip::index b = 0; b < ranged.rows(); ++b) {
    for (fewclip::index i = 0; i < 47; ++i) cosines[static_cast<std::size_t>(b)].push_back(dot(ranged, b, problem.support_rows, i));
  }
  const auto [low, high] = range(cosines);
  const auto [least, greatest] = range(own);
  matrix out(m.size(), std::vector<double>(7, 0));
  for (std::size_t b = 0; b < m.size(); ++b) {
    for (std::size_t i = 0; i < m[b].size(); ++i) {
      const double rescaled = (m[b][i] - least) / (greatest - least) * (high - low) + low;
      out[b][static_cast<std::size_t>(problem.labels[i])] -= gamma * rescaled;
    }
  }
  return out;
}

fewclip::tensor<real> as_tensor(const matrix& rows) {
  std::vector<double> flat;
  for (const auto& row : rows) flat.insert(flat.end(), row.begin(), row.end());
  return fewclip::tensor<real>::from_host(flat.data(),
                                          {static_cast<fewclip::index>(rows.size()), static_cast<fewclip::index>(rows[0].size())});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(it_behaves_as_a_cache, B, t::cpu_backends) {
  t::cache_suite<frozen, B>();
  t::cache_suite<transductive, B>();
}

BOOST_AUTO_TEST_CASE(every_row_twice_doubles_the_divergence) { t::doubling_the_support_doubles_the_logits<frozen, real>(); }

BOOST_AUTO_TEST_CASE(class_sums_equal_the_direct_double_loop) {
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << t::seed()) {
    const t::random_problem<real> problem;
    const auto of_support = t::fit<frozen, real>(problem, {.gamma = 1.5}).logits(problem.queries);
    BOOST_TEST(t::near<real>(of_support, as_tensor(direct_logits(problem, 1.5, false))));
    const auto of_queries = t::fit<transductive, real>(problem, {.gamma = 1.5}).logits(problem.queries);
    BOOST_TEST(t::near<real>(of_queries, as_tensor(direct_logits(problem, 1.5, true))));
  }
}

BOOST_AUTO_TEST_CASE(rescaling_the_negative_divergence_gives_the_ends_of_the_range_less_the_rescaled_one) {
  // rescale(-M) = low + high - rescale(M), so class sums add up to rows of the class times (low + high): equal for all queries.
  const t::random_problem<real> problem;
  const auto plain = t::fit<frozen, real>(problem).logits(problem.queries);
  const matrix negative = direct_logits(problem, 1, false, -1);
  for (std::size_t c = 0; c < 7; ++c) {
    const double first = plain.data()[c] + negative[0][c];
    for (std::size_t b = 0; b < 70; ++b) BOOST_TEST(std::abs(plain.data()[b * 7 + c] + negative[b][c] - first) < 1e-11);
  }
}

BOOST_AUTO_TEST_CASE(the_frozen_form_scores_a_query_alone_as_in_a_batch_and_the_transductive_form_does_not) {
  const t::random_problem<real> problem;
  const auto alone = problem.queries.rows_slice(5, 1);
  const auto inductive = t::fit<frozen, real>(problem);
  BOOST_TEST(t::near<real>(inductive.logits(alone), inductive.logits(problem.queries).rows_slice(5, 1)));
  const auto by_batch = t::fit<transductive, real>(problem);
  BOOST_TEST(!t::near<real>(by_batch.logits(alone), by_batch.logits(problem.queries).rows_slice(5, 1)));
  static_assert(transductive::needs.whole_batch && !frozen::needs.whole_batch);
}

/// Unit rows that lie close together, as those of a CLIP do: `centre` and a little of their own.
std::vector<double> close_rows(fewclip::index count, std::uint64_t stream, const std::vector<double>& centre) {
  const fewclip::random_stream numbers(t::seed(), stream);
  std::vector<double> out(static_cast<std::size_t>(count) * centre.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = centre[i % centre.size()] + 0.05 * numbers.normal(i);
  for (auto row = out.begin(); row != out.end(); row += static_cast<std::ptrdiff_t>(centre.size())) {
    const auto end = row + static_cast<std::ptrdiff_t>(centre.size());
    const double length = std::sqrt(std::inner_product(row, end, row, 0.0));
    for (auto each = row; each != end; ++each) *each = static_cast<float>(*each / length);  // both backends get the same numbers
  }
  return out;
}

/// Logits of 40 classes with 16 shots among such rows.
template <class B, class Form>
std::vector<double> close_logits() {
  std::vector<double> texts(64), images(64);
  for (std::size_t d = 0; d < 64; ++d) {
    texts[d] = d < 32 ? 0.25 : 0;
    images[d] = d < 8 ? 0.25 : d > 40 ? 0.1 : 0;
  }
  const auto as = [](fewclip::index count, std::uint64_t stream, const std::vector<double>& centre) {
    const auto values = close_rows(count, stream, centre);
    const std::vector<typename B::scalar> numbers(values.begin(), values.end());
    return fewclip::tensor<B>::from_host(numbers.data(), {count, 64});
  };
  std::vector<fewclip::label> labels;
  for (int i = 0; i < 640; ++i) labels.push_back(i / 16);
  const fewclip::support_set<B> support(as(640, 2, images), {std::move(labels), 40});
  const typename Form::template fitted<B> cache(fewclip::class_text<B>(as(40, 1, texts)), support, {});
  const auto logits = cache.logits(as(50, 3, images)).to_host();
  return {logits.begin(), logits.end()};
}

BOOST_AUTO_TEST_CASE_TEMPLATE(small_divergences_among_many_classes_survive_single_precision, Form, both_forms) {
  const auto exact = close_logits<real, Form>();
  const auto single = close_logits<fewclip::backend::cpu<float>, Form>();
  double largest = 0, off = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    largest = std::max(largest, std::abs(exact[i]));
    off = std::max(off, std::abs(exact[i] - single[i]));
  }
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << t::seed()) BOOST_TEST(off < 1e-5 * largest);
}

BOOST_AUTO_TEST_CASE(where_all_divergences_are_equal_every_row_gets_the_lower_end) {
  // Equal texts give equal signatures. Cosines between the two support rows: 1 and 0, so the lower end is 0, or -1 with opposite rows.
  const double texts[]{1, 0, 1, 0}, rows[]{0, 1, 0, -1};
  const fewclip::class_text<real> text(fewclip::matrix_view<double>(texts, 2, 2));
  const fewclip::support_set<real> support({rows, 2, 2}, {std::vector<fewclip::label>{0, 1}, 2});
  const frozen::fitted<real> cache(text, support, {.gamma = 2});
  const auto logits = cache.logits(support.features());
  for (const double each : logits.to_host()) BOOST_TEST(each == 2);
}

BOOST_AUTO_TEST_CASE(gradients_of_the_queries_equal_finite_differences) {
  const t::random_problem<real> problem;
  const auto cache = t::fit<frozen, real>(problem, {.gamma = 1.5});
  fewclip::tests::require_gradients([&](const auto& inputs) { return cache.logits(inputs[0]); },
                                    {problem.queries.rows_slice(0, 5).clone()});
}

BOOST_AUTO_TEST_CASE(the_transductive_form_has_the_gradients_of_its_range_held_still) {
  const t::random_problem<real> problem;
  const auto cache = t::fit<transductive, real>(problem);
  fewclip::tape<real> record;
  const auto x = record.leaf(problem.queries);
  const auto recorded = cache.logits(x);
  BOOST_TEST(t::identical<real>(recorded.value(), cache.logits(problem.queries)));
  record.backward(fewclip::ops::half_squared_norm(recorded));
  BOOST_TEST(!t::near<real>(record.gradient(x), fewclip::tensor<real>(problem.queries.extents())));
}

BOOST_AUTO_TEST_CASE(a_map_can_be_trained_in_front_of_tip_x) {
  using clip_adapter = fewclip::methods::clip_adapter<real>;
  using tip_x = fewclip::methods::tip_x<real>::adapter_type;
  using method = fewclip::classifier<real, fewclip::adapters::mapped<fewclip::layers::bottleneck, tip_x>, clip_adapter::trainer_type>;
  const t::random_problem<real> problem;
  method::params settings;
  for (const auto& [name, value] :
       {std::pair{"epochs", 60.0}, {"batch_size", 256.0}, {"scale", 1.0}, {"alpha", 0.1}, {"gamma", 0.1}, {"evaluate_at_end", 1.0}}) {
    fewclip::set_setting(settings, name, value);
  }
  const method model(problem.text(), problem.support(), settings);
  BOOST_TEST(model.training().final_loss < model.training().first_loss);
}

BOOST_AUTO_TEST_CASE(no_queries_give_no_scores) {
  const t::random_problem<real> problem;
  const auto none = problem.queries.rows_slice(0, 0);
  const auto inductive = t::fit<frozen, real>(problem);
  const auto by_batch = t::fit<transductive, real>(problem);
  BOOST_TEST(inductive.logits(none).extents().text() == "[0, 7]");
  BOOST_TEST(by_batch.logits(none).extents().text() == "[0, 7]");
}

}  // namespace
