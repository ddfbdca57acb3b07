#pragma once

// The golden values of the toy problem for the methods that relate images, texts and places, on any backend.

#include <boost/test/unit_test.hpp>

#include "fewclip/core/spatial_rows.hpp"
#include "fewclip/methods/rtos_feature_anchors.hpp"
#include "fewclip/methods/vt_clip.hpp"
#include "toy.hpp"

namespace toy {

/// rows x 8 numbers from a function of (row, column).
template <class Function>
std::vector<double> filled(int rows, const Function& function) {
  std::vector<double> out;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < 8; ++j) out.push_back(function(i, j));
  }
  return out;
}

template <class B>
void check_rtos() {
  using method = fewclip::methods::rtos_feature_anchors<B>;
  const auto raw = filled(4, [](int m, int j) { return std::sin(0.4 * (m + 1) * (j + 1)) + 0.5 * std::cos(0.6 * (m + 2) * (j + 1)); });
  typename method::params settings;
  for (const auto& [name, value] :
       {std::pair{"scale", 10.0}, {"gamma", 2.0}, {"relation_temperature", 0.1}, {"attention_temperature", 0.1}}) {
    fewclip::set_setting(settings, name, value);
  }
  const fewclip::class_text<B> with_anchors(text<B>().rows(), nullptr, rows<B>(unit(raw)));
  typename method::fitted_adapter model(with_anchors, support<B>(), settings.adapter);
  fewclip::visit_parameters(model, [&](std::string_view, fewclip::parameter<B>& anchors) { anchors.mutable_value() = rows<B>(raw); });

  using relation = fewclip::relations::weighted<fewclip::relations::open_semantics<fewclip::relations::feature_anchors>>;
  const auto& part = model.template part<relation>().relation();
  BOOST_TEST(worst<B>(part.transition(),
                      {1.6989083979e-3, 9.9723188932e-1, 1.3657132395e-4, 9.3263095924e-4, 9.7485751979e-2, 2.7012465962e-5,
                       1.5066900376e-1, 7.5181823180e-1, 1.0184323104e-1, 8.9470973927e-1, 2.7347185926e-3, 7.1231109903e-4}) <= 0);
  const std::vector<double> scores{0.8276808700, 0.0518753051, 0.7476337980, 0.0022697941, 0.1309615695, 0.0433869969,
                                   0.6879587165, 0.0350372199, 0.6469179572, 0.9910707505, 0.0009086357, 0.8896564330};
  const std::vector<double> logits{8.3058326982,  5.1972412250, 2.8557459835, -0.7194200171, 6.7574643357,  4.5482392409,
                                   -0.4761934028, 0.2586110156, 9.1393058315, 9.4173608091,  -1.4584091149, 0.5050452959};
  BOOST_TEST(worst<B>(part.scores(queries<B>()), scores) <= 0);
  BOOST_TEST(worst<B>(model.logits(queries<B>()), logits) <= 0);

  fewclip::tape<B> record;
  fewclip::variable<B> leaf;
  fewclip::visit_parameters(model, [&](std::string_view, fewclip::parameter<B>& anchors) {
    anchors.bind(record);
    leaf = anchors.leaf();
  });
  const auto loss = fewclip::ops::cross_entropy(model.logits(record.constant(queries<B>())), fewclip::to_backend<B>(query_labels()), 0.25);
  record.backward(loss);
  fewclip::visit_parameters(model, [](std::string_view, fewclip::parameter<B>& anchors) { anchors.release(); });
  BOOST_TEST(worst<B>(loss.value(), {0.03820877816692}) <= 0);
  BOOST_TEST(worst<B>(record.gradient(leaf),
                      {4.6663946375e-3, -3.8239261271e-3, 3.2572651200e-3, 5.4372958082e-4, -6.5826879760e-3, 6.9102285760e-4,
                       4.5374610757e-3, -8.4525475991e-3, -1.2477275742e-2, -1.3711900594e-3, 3.3594529314e-3, 3.8347567832e-4,
                       -7.6097365384e-4, -3.8613588930e-3, 9.4525855848e-4, 1.2015081248e-2}) <= 0);
  fewclip::seal(model);
  BOOST_TEST(worst<B>(model.logits(queries<B>()), logits) <= 0);
}

template <class B>
void check_vt_clip() {
  using method = fewclip::methods::vt_clip<B, fewclip::selectors::fixed, fewclip::heads::feed_forward::none>;
  typename method::params settings;
  fewclip::set_setting(settings, "scale", 10);
  fewclip::set_setting(settings, "attention_heads", 2);
  typename method::fitted_adapter model(text<B>(), {}, settings.adapter);
  const auto identity = [](int i, int k) { return i == k ? 1.0 : 0.0; };
  fewclip::visit_parameters(model, [&](std::string_view name, fewclip::parameter<B>& weight) {
    weight.mutable_value() = rows<B>(filled(8, [&](int i, int k) {
      if (name == "query.weight") return identity(i, k) + 0.1 * std::sin(i + 2 * k);
      if (name == "key.weight") return identity(i, k) + 0.1 * std::cos(2 * i + k);
      return name == "value.weight" ? 0.3 * std::sin(1 + i + k) : 0.2 * std::cos(1 + i - k);
    }));
  });
  const auto tokens = rows<B>(unit(filled(3, [](int g, int e) { return std::sin(0.4 * (g + 1) * (e + 1) + 0.1); })));
  const auto image = fewclip::join_spatial_rows(queries<B>().rows_slice(0, 1), tokens);
  BOOST_TEST(
      worst<B>(model.guided_texts(image), {0.3179289929,  0.3281607792,  0.3349639134,  -0.0835141445, -0.1044310935, -0.1029205788,
                                           -0.4364082198, -0.2750499913, 0.4607130734,  0.2410890534,  -0.7216424704, -0.3403425864,
                                           0.2275213962,  0.6594730644,  -0.0580978410, -0.4054265412, 0.4133056406,  -0.5019754124,
                                           -0.0908331513, 0.2315620258,  -0.4125935100, 0.2312494687,  0.5764330542,  -0.4533763520}) <= 0);
  BOOST_TEST(worst<B>(model.logits(image), {8.3550630554, 4.1798251806, 1.1979344170}) <= 0);
}

}  // namespace toy
