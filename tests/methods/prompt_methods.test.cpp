#include "fewclip/methods/coop.hpp"
#include "fewclip/methods/rtos_feature_anchors.hpp"
#include "fewclip/methods/vt_clip.hpp"
#include "fewclip/testing/backends.hpp"
#include "tiny_clip.hpp"

// Coop, rtos and vt_clip against PyTorch, step by step (tests/golden/prompt_methods.py).

namespace {

namespace prompts = fewclip::prompts;
namespace heads = fewclip::heads;
namespace relations = fewclip::relations;
using backends = fewclip::testing::cpu_backends;

template <class Method, class Model>
fewclip::training_report train(Model& model, const fewclip::support_set<typename Method::backend>& on,
                               const typename Method::params& settings) {
  using B = typename Method::backend;
  return Method::trainer_type::template train<B>(model, on.features(), fewclip::to_backend<B>(on.labels()), settings.trainer);
}

template <class B, heads::context_position Position, heads::context_sharing Sharing = heads::context_sharing::shared>
void check_coop(const std::string& name, double length, bool words = false) {
  using method = fewclip::methods::coop<B, fewclip::selectors::fixed, Position, Sharing>;
  const auto settings = tiny::with(typename method::params{}, {{"scale", 20},
                                                               {"context_length", length},
                                                               {"context_from_template", words ? 1 : 0},
                                                               {"learning_rate", 0.05},
                                                               {"warmup_rate", 0.005},
                                                               {"epochs", 10},
                                                               {"evaluate_at_end", 1}});
  const auto source = tiny::source<B>();
  typename method::fitted_adapter model(prompts::class_text_of(source), tiny::support<B>(), settings.adapter);
  const std::string key = "coop." + name;
  if (words) {
    tiny::check<B>(tiny::parameter_of<B>(model, "context"), key + ".start");
  } else {
    tiny::start_from<B>(model, "context", key + ".start");
  }
  tiny::check<B>(model.class_rows(), key + ".rows");
  tiny::check_losses<B>(train<method>(model, tiny::support<B>(), settings), key + ".losses");
  tiny::check<B>(tiny::parameter_of<B>(model, "context"), key + ".context", 2e-4);
  fewclip::seal(model);
  tiny::check<B>(model.logits(tiny::rows<B>("queries")), key + ".logits", 2e-4);
}

template <class B, class QueryKey>
void check_rtos(const std::string& name, double rate) {
  using method = fewclip::classifier<B, fewclip::methods::rtos_adapter<relations::token_anchors<>, QueryKey>,
                                     typename fewclip::methods::rtos<B>::trainer_type>;
  const auto settings = tiny::with(typename method::params{}, {{"scale", 20},
                                                               {"gamma", 8},
                                                               {"relation_temperature", 0.2},
                                                               {"attention_temperature", 0.15},
                                                               {"learning_rate", rate},
                                                               {"warmup_rate", rate / 10},
                                                               {"epochs", 10},
                                                               {"evaluate_at_end", 1}});
  auto tokens = tiny::class_tokens();
  tokens.anchor_words = {{30}, {31}, {32, 33}, {34}, {35}, {36}};
  typename method::fitted_adapter model(prompts::class_text_of(tiny::source<B>({}, tokens)), tiny::support<B>(), settings.adapter);
  const std::string key = "rtos." + name;
  tiny::start_from<B>(model, "anchors", key + ".start");
  using part = relations::weighted<relations::open_semantics<relations::token_anchors<>, QueryKey>>;
  tiny::check<B>(model.template part<part>().relation().anchor_rows(), key + ".rows");
  tiny::check<B>(model.logits(tiny::rows<B>("queries")), key + ".initial_logits");
  tiny::check_losses<B>(train<method>(model, tiny::support<B>(), settings), key + ".losses");
  tiny::check<B>(tiny::parameter_of<B>(model, "anchors"), key + ".anchors", 2e-4);
  fewclip::seal(model);
  tiny::check<B>(model.logits(tiny::rows<B>("queries")), key + ".logits", 2e-4);
}

template <class B, heads::feed_forward Then>
void check_vt_clip(const std::string& name) {
  using method = fewclip::methods::vt_clip<B, fewclip::selectors::fixed, Then>;
  const auto settings =
      tiny::with(typename method::params{},
                 {{"scale", 20}, {"attention_heads", 4}, {"eta", 0.7}, {"learning_rate", 0.01}, {"epochs", 5}, {"evaluate_at_end", 1}});
  const auto on = tiny::support<B>("vt_clip.features");
  typename method::fitted_adapter model(fewclip::class_text<B>(tiny::rows<B>("text")), on, settings.adapter);
  const std::string key = "vt_clip." + name;
  fewclip::visit_parameters(model, [&](std::string_view each, fewclip::parameter<B>& p) {
    p.mutable_value() = tiny::rows<B>(key + ".start." + std::string(each));
  });
  tiny::check<B>(model.logits(tiny::rows<B>("vt_clip.queries")), key + ".initial_logits");
  tiny::check_losses<B>(train<method>(model, on, settings), key + ".losses");
  fewclip::seal(model);
  tiny::check<B>(model.logits(tiny::rows<B>("vt_clip.queries")), key + ".logits", 2e-4);
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(coop_trains_as_pytorch_does, B, backends) {
  check_coop<B, heads::context_position::end>("end", 4);
  check_coop<B, heads::context_position::middle>("middle", 5);
  check_coop<B, heads::context_position::front, heads::context_sharing::per_class>("front", 2);
  check_coop<B, heads::context_position::end>("words", 16, true);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rtos_with_token_anchors_trains_as_pytorch_does, B, backends) {
  check_rtos<B, relations::identity_query_key>("token", 20);
  check_rtos<B, relations::linear_query_key>("token_linear", 0.5);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rtos_with_feature_anchors_trains_as_pytorch_does, B, backends) {
  using method = fewclip::methods::rtos_feature_anchors<B>;
  const auto settings = tiny::with(typename method::params{}, {{"scale", 20},
                                                               {"gamma", 8},
                                                               {"relation_temperature", 0.2},
                                                               {"attention_temperature", 0.15},
                                                               {"learning_rate", 0.05},
                                                               {"epochs", 10},
                                                               {"evaluate_at_end", 1}});
  const fewclip::class_text<B> text(tiny::rows<B>("text"), nullptr, tiny::rows<B>("rtos.feature.start"));
  const method model(text, tiny::support<B>(), settings);
  tiny::check_losses<B>(model.training(), "rtos.feature.losses");
  tiny::check<B>(model.logits(tiny::rows<B>("queries")), "rtos.feature.logits", 2e-4);
  BOOST_TEST(model.training().trained_parameters == 6 * 20);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(vt_clip_trains_as_pytorch_does, B, backends) {
  check_vt_clip<B, heads::feed_forward::none>("attention");
  check_vt_clip<B, heads::feed_forward::gelu>("gelu");
}
