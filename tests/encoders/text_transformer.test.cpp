#include "fewclip/encoders/text_transformer.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/core/parallel.hpp"
#include "fewclip/core/random.hpp"
#include "golden_towers.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

/// Texts of random length and content that end with 29.
std::vector<std::int32_t> random_texts(fewclip::index count, std::uint64_t seed) {
  const random_stream numbers(seed);
  std::vector<std::int32_t> ids;
  for (fewclip::index text = 0; text < count; ++text) {
    const auto at = static_cast<std::uint64_t>(text) * 16;
    const auto end = 1 + static_cast<int>(numbers.uniform(at) * 8);
    for (int i = 0; i < 9; ++i) {
      const auto word = static_cast<std::int32_t>(numbers.uniform(at + 1 + static_cast<std::uint64_t>(i)) * 28);
      ids.push_back(i < end ? word : (i == end ? 29 : 0));
    }
  }
  return ids;
}

tensor<real> first_rows(const tensor<real>& x, fewclip::index rows, fewclip::index width) {
  return tensor<real>::from_host(x.data(), {rows, width});
}

}  // namespace

BOOST_AUTO_TEST_CASE(embeddings_agree_with_transformers) {
  auto encoder = golden_text_encoder<real>();
  const auto ids = golden_ids();
  const auto expected = golden_towers().read<double>("text");
  BOOST_TEST(relative_difference(encoder.encode(rows_of_ids(ids)).to_host(), expected) < 1e-12);
  encoder.prepare();
  BOOST_TEST(relative_difference(encoder.encode(rows_of_ids(ids)).to_host(), expected) < 1e-12);
  using B = backend::cpu<float>;
  auto single = golden_text_encoder<B>();
  single.prepare();
  BOOST_TEST(relative_difference(single.encode(rows_of_ids(ids)).to_host(), expected) < 3e-6);
}

BOOST_AUTO_TEST_CASE(all_rows_agree_with_transformers) {
  auto encoder = golden_text_encoder<real>();
  encoder.prepare();
  const auto ids = golden_ids();
  const auto rows = encoder.rows(rows_of_ids(ids));
  BOOST_TEST((rows.extents() == shape{5, 9, 8}));
  BOOST_TEST(relative_difference(rows.to_host(), golden_towers().read<double>("rows")) < 1e-12);
}

BOOST_AUTO_TEST_CASE(the_end_of_text_rule_reads_the_first_end_even_where_larger_ids_exist) {
  auto sizes = golden_text();
  sizes.pooling = encoders::text_pooling::end_of_text;
  sizes.end_id = 11;
  encoders::text_transformer::fitted<real> encoder(sizes);
  load_golden<real>(encoder);
  encoder.prepare();
  const auto ids = golden_ids("ids.eos_11");
  BOOST_TEST((encoder.ends(rows_of_ids(ids)) == std::vector<label>{2, 5}));
  BOOST_TEST(relative_difference(encoder.encode(rows_of_ids(ids)).to_host(), golden_towers().read<double>("text.eos_11")) < 1e-12);
  BOOST_TEST((golden_text_encoder<real>().ends(rows_of_ids(ids)) == std::vector<label>{3, 8}));
}

BOOST_AUTO_TEST_CASE(gradients_by_every_parameter_agree_with_pytorch) {
  auto encoder = golden_text_encoder<real>();
  const auto ids = golden_ids();
  const auto got = gradients_of<real>(encoder, [&](tape<real>& record) {
    return apply(weighted_sum<real>{golden_tensor<real>("weights.text")}, encoder.encode(record, rows_of_ids(ids)));
  });
  BOOST_TEST(got.size() == 2U + 2U * 12U + 2U + 1U);
  require_golden_gradients(got);
}

BOOST_AUTO_TEST_CASE(the_gradient_by_token_embeddings_agrees_with_central_differences) {
  const auto encoder = golden_text_encoder<real>();
  const weighted_sum<real> sum{golden_tensor<real>("weights.text")};
  const random_stream numbers(5);
  tensor<real> x({5 * 4, 8});
  for (fewclip::index i = 0; i < x.size(); ++i) x.mutable_data()[i] = numbers.normal(static_cast<std::uint64_t>(i));
  const std::vector<label> ends{3, 1, 2, 0, 3};
  tape<real> record;
  const auto leaf = record.leaf(x);
  record.backward(apply(sum, encoder.encode_embeddings(leaf, ends)));
  const auto gradient = record.gradient(leaf);
  for (fewclip::index place = 0; place < x.size(); place += 3) {
    tensor<real> more = x;
    tensor<real> less = x;
    more.mutable_data()[place] += 1e-5;
    less.mutable_data()[place] -= 1e-5;
    const double numeric =
        (sum.forward(encoder.encode_embeddings(more, ends)).data()[0] - sum.forward(encoder.encode_embeddings(less, ends)).data()[0]) /
        2e-5;
    BOOST_TEST(std::abs(gradient.data()[place] - numeric) < 1e-6 * std::max(1.0, std::abs(numeric)), "element " << place);
  }
  for (fewclip::index c = 0; c < 8; ++c) BOOST_TEST(gradient.data()[(3 * 4 + 1) * 8 + c] == 0);  // after the end of text 3
}

BOOST_AUTO_TEST_CASE(embeddings_given_by_hand_are_encoded_like_their_tokens) {
  auto encoder = golden_text_encoder<real>();
  encoder.prepare();
  const auto ids = golden_ids();
  const auto table = golden_tensor<real>("parameter.token_embedding.weight");
  tensor<real> x({45, 8});
  for (fewclip::index r = 0; r < 45; ++r) std::copy_n(table.data() + ids[static_cast<std::size_t>(r)] * 8, 8, x.mutable_data() + r * 8);
  BOOST_TEST(relative_difference(encoder.encode_embeddings(x, encoder.ends(rows_of_ids(ids))).to_host(),
                                 golden_towers().read<double>("text")) < 1e-12);
  BOOST_CHECK_THROW(encoder.encode_embeddings(x, {1, 2}), shape_error);
  BOOST_CHECK_THROW(encoder.encode_embeddings(x, {9, 2, 3, 4, 5}), value_error);
  BOOST_CHECK_THROW(encoder.encode_embeddings(first_rows(x, 20, 8), {3}), shape_error);
}

BOOST_AUTO_TEST_CASE(what_follows_the_end_cannot_change_a_text) {
  auto encoder = golden_text_encoder<real>();
  encoder.prepare();
  auto ids = golden_ids();
  const auto before = encoder.encode(rows_of_ids(ids)).to_host();
  for (std::size_t i = 3; i < 9; ++i) ids[i] = static_cast<std::int32_t>(i);                // text 0 ends at 2
  for (std::size_t i = 9 * 4 + 5; i < 45; ++i) ids[i] = static_cast<std::int32_t>(i % 28);  // text 4 ends at 4
  BOOST_TEST(encoder.encode(rows_of_ids(ids)).to_host() == before);
  ids[1] = 5;
  BOOST_TEST(relative_difference(encoder.encode(rows_of_ids(ids)).to_host(), before) > 1e-3);
}

BOOST_AUTO_TEST_CASE(many_texts_of_mixed_length_come_back_in_order_and_equal_each_alone) {
  auto encoder = golden_text_encoder<real>();
  encoder.prepare();
  const auto ids = random_texts(700, 11);
  const auto all = encoder.encode(rows_of_ids(ids)).to_host();
  for (const std::size_t text : {std::size_t{0}, std::size_t{1}, std::size_t{350}, std::size_t{698}, std::size_t{699}}) {
    const std::vector<std::int32_t> one(ids.begin() + static_cast<std::ptrdiff_t>(9 * text),
                                        ids.begin() + static_cast<std::ptrdiff_t>(9 * text + 9));
    const std::vector<double> row(all.begin() + static_cast<std::ptrdiff_t>(6 * text),
                                  all.begin() + static_cast<std::ptrdiff_t>(6 * text + 6));
    BOOST_TEST(relative_difference(encoder.encode(rows_of_ids(one)).to_host(), row) < 1e-12, "text " << text);
  }
  const auto rows = encoder.rows(rows_of_ids(ids));  // nothing cut
  const auto projection = golden_towers().read<double>("parameter.text_projection");
  const auto ends = encoder.ends(rows_of_ids(ids));
  for (fewclip::index text = 0; text < 700; text += 23) {
    for (fewclip::index j = 0; j < 6; ++j) {
      double sum = 0;
      for (fewclip::index c = 0; c < 8; ++c) {
        sum += rows.data()[(text * 9 + ends[static_cast<std::size_t>(text)]) * 8 + c] * projection[static_cast<std::size_t>(j * 8 + c)];
      }
      BOOST_TEST(std::abs(sum - all[static_cast<std::size_t>(text * 6 + j)]) < 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_number_of_threads) {
  using B = backend::cpu<float>;
  const int before = threads();
  auto encoder = golden_text_encoder<B>();
  encoder.prepare();
  const auto ids = random_texts(300, 12);
  std::vector<std::vector<float>> results;
  for (const int count : {1, 3}) {
    set_threads(count);
    results.push_back(encoder.encode(rows_of_ids(ids)).to_host());
  }
  set_threads(before);
  BOOST_TEST(results[0] == results[1]);
}

BOOST_AUTO_TEST_CASE(names_and_sizes_are_those_of_the_architecture) {
  auto encoder = golden_text_encoder<real>();
  fewclip::index numbers = 0;
  encoder.visit_parameters([&](std::string_view, parameter<real>& p) { numbers += p.value().size(); });
  BOOST_TEST(numbers == golden_text().parameters());
}

BOOST_AUTO_TEST_CASE(no_text_gives_no_row) {
  const auto encoder = golden_text_encoder<real>();
  BOOST_TEST((encoder.encode({nullptr, 0, 9}).extents() == shape{0, 6}));
}

BOOST_AUTO_TEST_CASE(ids_that_do_not_fit_are_refused) {
  const auto encoder = golden_text_encoder<real>();
  const std::vector<std::int32_t> ids{28, 30, 29};
  BOOST_CHECK_THROW(encoder.encode({ids.data(), 1, 3}), value_error);
  const std::vector<std::int32_t> negative{28, -1, 29};
  BOOST_CHECK_THROW(encoder.encode({negative.data(), 1, 3}), value_error);
  const std::vector<std::int32_t> lengthy(10, 29);
  BOOST_CHECK_THROW(encoder.encode({lengthy.data(), 1, 10}), shape_error);
  auto sizes = golden_text();
  sizes.pooling = encoders::text_pooling::end_of_text;
  const encoders::text_transformer::fitted<real> strict(sizes);
  const std::vector<std::int32_t> endless{28, 3, 4};
  BOOST_CHECK_THROW(strict.encode({endless.data(), 1, 3}), value_error);
}
