#include "fewclip/heads/visual_guided_text.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "../model_gradients.hpp"
#include "fewclip/methods/vt_clip.hpp"
#include "fewclip/methods/zero_shot.hpp"

namespace {

namespace t = fewclip::testing;
namespace ops = fewclip::ops;
using fewclip::index;
using fewclip::heads::feed_forward;
using real = t::exact_backend;
using tensor = fewclip::tensor<real>;
template <feed_forward Then>
using head = fewclip::heads::visual_guided_text<Then>;

constexpr index dim = 8;
constexpr index classes = 5;
constexpr index places = 3;

tensor texts() { return ops::normalise_rows(t::random_tensor<real>({classes, dim}, 1)); }
tensor features(index images = 6) { return ops::normalise_rows(t::random_tensor<real>({images, dim}, 2)); }
tensor tokens(index images = 6) { return t::random_tensor<real>({images * places, dim}, 3); }
tensor rows(index images = 6) { return fewclip::join_spatial_rows(features(images), tokens(images)); }

template <feed_forward Then>
typename head<Then>::template fitted<real> fitted(const tensor& text, double eta = 1, bool moved = true) {
  typename head<Then>::params settings;
  settings.head.scale = 5;
  settings.attention_heads = 2;
  settings.eta = eta;
  typename head<Then>::template fitted<real> out(fewclip::class_text<real>(text), {}, settings);
  std::uint64_t stream = 20;
  if (moved) {
    fewclip::visit_parameters(out, [&](std::string_view, fewclip::parameter<real>& p) {
      p.mutable_value() = ops::add_scaled(p.value(), 1, t::random_tensor<real>(p.value().extents(), stream++), 0.3);
    });
  }
  return out;
}

tensor zero_shot() { return ops::scale(ops::product_transposed(features(), texts()), 5); }

template <feed_forward Then>
void check_identities() {
  const auto model = fitted<Then>(texts());
  const tensor logits = model.logits(rows());
  BOOST_TEST(!t::near<real>(logits, zero_shot()));
  // The start, and no part of the change.
  BOOST_TEST(t::near<real>(fitted<Then>(texts(), 1, false).logits(rows()), zero_shot()));
  BOOST_TEST(t::near<real>(fitted<Then>(texts(), 0).logits(rows()), zero_shot()));
  // Places have no order.
  std::vector<fewclip::index> order;
  for (fewclip::index b = 0; b < 6; ++b) order.insert(order.end(), {b * places + 2, b * places, b * places + 1});
  BOOST_TEST(t::near<real>(model.logits(fewclip::join_spatial_rows(features(), t::take_rows<real>(tokens(), order))), logits));
  // Features and tokens may have any length.
  BOOST_TEST(t::near<real>(model.logits(fewclip::join_spatial_rows(ops::scale(features(), 3), ops::scale(tokens(), 0.1))), logits));
  // Classes do not see each other.
  const std::vector<fewclip::index> some{3, 0, 4};
  const auto expected = logits.to_host();
  const auto got = fitted<Then>(t::take_rows<real>(texts(), some)).logits(rows()).to_host();
  for (std::size_t b = 0; b < 6; ++b) {
    for (std::size_t k = 0; k < 3; ++k) BOOST_TEST(std::abs(got[b * 3 + k] - expected[b * 5 + static_cast<std::size_t>(some[k])]) < 1e-12);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(identities_hold_with_and_without_the_feed_forward) {
  check_identities<feed_forward::none>();
  check_identities<feed_forward::gelu>();
}

BOOST_AUTO_TEST_CASE(equal_places_give_every_class_the_same_change) {
  std::vector<fewclip::index> first;
  for (fewclip::index b = 0; b < 6; ++b) first.insert(first.end(), 3, b * places);
  const auto same = fewclip::join_spatial_rows(features(), t::take_rows<real>(tokens(), first));
  const auto guided = fitted<feed_forward::none>(texts()).guided_texts(same).to_host();
  const auto plain = texts().to_host();
  for (std::size_t b = 0; b < 6; ++b) {
    for (std::size_t c = 1; c < 5; ++c) {
      for (std::size_t d = 0; d < 8; ++d) {
        const double change = guided[(b * 5 + c) * 8 + d] - plain[c * 8 + d];
        BOOST_TEST(std::abs(change - (guided[b * 40 + d] - plain[d])) < 1e-12);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto labels = fewclip::label_tensor<real>::from_host(std::vector<fewclip::label>{0, 1, 2, 3, 4, 0}.data(), {6});
  auto attention = fitted<feed_forward::none>(texts(), 0.7);
  fewclip::tests::require_model_gradients<real>(attention, rows(), labels);
  auto whole = fitted<feed_forward::gelu>(texts(), 0.7);
  fewclip::tests::require_model_gradients<real>(whole, rows(), labels);
}

BOOST_AUTO_TEST_CASE(variables_and_tensors_packed_or_not_have_equal_logits) {
  auto model = fitted<feed_forward::gelu>(texts());
  const tensor logits = model.logits(rows());
  fewclip::tape<real> record;
  BOOST_TEST(t::near<real>(model.logits(record.constant(rows())).value(), logits));
  model.seal();
  BOOST_TEST(t::near<real>(model.logits(rows()), logits));
  auto settings = head<feed_forward::gelu>::params{};
  settings.head.scale = 5;
  settings.eta = 0.3;
  model.retune(settings);
  BOOST_TEST(t::near<real>(model.logits(rows()), fitted<feed_forward::gelu>(texts(), 0.3).logits(rows())));
}

BOOST_AUTO_TEST_CASE(many_images_are_taken_some_at_a_time) {
  // 700 classes of 8 numbers in double precision: 374 images at a time
  const tensor many = ops::normalise_rows(t::random_tensor<real>({700, dim}, 4));
  const auto model = fitted<feed_forward::none>(many);
  const tensor all = model.logits(rows(400));
  BOOST_TEST((all.extents() == fewclip::shape{400, 700}));
  BOOST_TEST(t::near<real>(model.logits(rows(400).rows_slice(370, 10)), all.rows_slice(370, 10)));
}

BOOST_AUTO_TEST_CASE(parameters_have_names_of_their_own_and_the_stated_number) {
  auto model = fitted<feed_forward::gelu>(texts());
  std::set<std::string> names;
  fewclip::index count = 0;
  fewclip::visit_parameters(model, [&](std::string_view name, fewclip::parameter<real>& p) {
    names.emplace(name);
    count += p.value().size();
  });
  BOOST_TEST(names.size() == 10U);
  BOOST_TEST(names.count("mlp.c_proj.weight") == 1U);
  BOOST_TEST(count == 12 * dim * dim + 7 * dim);
}

BOOST_AUTO_TEST_CASE(the_method_starts_at_zero_shot_and_trains_to_a_lower_loss) {
  using vt_clip = fewclip::methods::vt_clip<real>;
  vt_clip::params settings;
  for (const auto& [name, value] : {std::pair{"scale", 5.0}, {"attention_heads", 2.0}, {"learning_rate", 0.01}, {"epochs", 0.0}}) {
    fewclip::set_setting(settings, name, value);
  }
  const fewclip::support_set<real> on(rows(), fewclip::class_labels(std::vector<fewclip::label>{0, 1, 2, 3, 4, 0}, classes));
  const fewclip::class_text<real> text(texts());
  BOOST_TEST(t::near<real>(vt_clip(text, on, settings).logits(rows()), zero_shot()));
  fewclip::set_setting(settings, "epochs", 20);
  const vt_clip model(text, on, settings);
  BOOST_TEST(model.training().final_loss < 0.7 * model.training().first_loss);
  BOOST_TEST(model.dim() == dim * (1 + places));
}

BOOST_AUTO_TEST_CASE(rows_without_places_and_heads_that_do_not_divide_are_refused) {
  using vt_clip = fewclip::methods::vt_clip<real>;
  const fewclip::class_labels labels(std::vector<fewclip::label>{0, 1, 2, 3, 4, 0}, classes);
  const fewclip::class_text<real> text(texts());
  BOOST_CHECK_THROW(vt_clip(text, fewclip::support_set<real>(features(), labels)), fewclip::shape_error);
  vt_clip::params settings;
  settings.adapter.attention_heads = 3;
  BOOST_CHECK_THROW(vt_clip(text, fewclip::support_set<real>(rows(), labels), settings), fewclip::value_error);
}
