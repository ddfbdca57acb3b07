#pragma once
/// \file
/// A model of which a tuner decides what is trained.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/concepts/tuner.hpp"
#include "fewclip/core/matrix_view.hpp"

namespace fewclip::tuners {

/// Parameters that are treated alike.
struct parameter_group {
  std::string part_of_name;  ///< belongs to the group whose part_of_name it contains, the first that does
  double rate_factor = 1;    ///< times the learning rate; 0 keeps them where they are
  bool decays = true;        ///< whether weight decay applies
};

/// Whether a model keeps the values its parameters had at first: losses::pull_to_start needs them, and they take as much memory as the
/// parameters once these have changed.
enum class start_values { kept, forgotten };

/// A model for trainers that shows them only what a tuner trains. Copies share nothing but unchanged tensors.
///
/// \tparam B the backend
/// \tparam Tuner a fewclip::tuner
/// \tparam Model the fitted form of an encoder, or of both: encoders::dual_encoder
template <compute_backend B, class Tuner, class Model>
class tuned_model {
  static_assert(
      tuner<Tuner, B, Model>,
      "fewclip::tuners::tuned_model: Tuner needs 'params' and 'fitted<B>' with 'visit', 'bind' and 'refresh' [concept tuner], see "
      "docs/extend/tuner.md");

 public:
  using backend = B;

  /// \param model copied
  /// \param settings of the tuner
  /// \param groups parameters not in any have rate factor 1 and decay
  /// \param starts whether visit_starts can be called
  explicit tuned_model(Model model, const typename Tuner::params& settings = {}, std::vector<parameter_group> groups = {},
                       start_values starts = start_values::kept)
      : model_(std::move(model)), tuner_(model_, settings), groups_(std::move(groups)), keeps_starts_(starts == start_values::kept) {
    if (!keeps_starts_) return;
    visit_parameters([this](std::string_view name, const parameter<B>& each) { starts_.emplace(std::string(name), each.value()); });
  }

  const Model& model() const { return model_; }

  /// The number of trained numbers.
  index trained_parameters() {
    index out = 0;
    visit_parameters([&out](std::string_view, const parameter<B>& each) { out += each.value().size(); });
    return out;
  }

  /// What the tuner trains.
  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    tuner_.visit(model_, visit);
  }

  /// Calls `visit(name, parameter, start)`, for losses::pull_to_start.
  /// \throws value_error for start_values::forgotten
  template <class Visitor>
  void visit_starts(Visitor&& visit) {
    if (!keeps_starts_) {
      throw value_error(expected_got("fewclip::tuners::tuned_model::visit_starts", "starts", "kept", "forgotten"));
    }
    visit_parameters([&](std::string_view name, parameter<B>& each) { visit(name, each, starts_.find(name)->second); });
  }

  void bind_derived(tape<B>& record) { tuner_.bind(model_, record); }
  void refresh() { tuner_.refresh(model_); }

  bool decays(std::string_view name) const {
    const parameter_group* group = group_of(name);
    return group == nullptr || group->decays;
  }
  double rate_factor(std::string_view name) const {
    const parameter_group* group = group_of(name);
    return group == nullptr ? 1 : group->rate_factor;
  }

  /// What the model says of pairs, see pair_model.
  auto similarities(const tensor<B>& images, const matrix_view<std::int32_t>& ids) const { return model_.similarities(images, ids); }
  auto similarities(tape<B>& record, const tensor<B>& images, const matrix_view<std::int32_t>& ids) const {
    return model_.similarities(record, images, ids);
  }

  /// What the model says of rows, see trainable_model.
  template <operand X>
  auto logits(const X& x) const {
    return model_.logits(x);
  }

 private:
  const parameter_group* group_of(std::string_view name) const {
    for (const parameter_group& each : groups_) {
      if (name.find(each.part_of_name) != std::string_view::npos) return &each;
    }
    return nullptr;
  }

  Model model_;
  typename Tuner::template fitted<B> tuner_;
  std::vector<parameter_group> groups_;
  bool keeps_starts_;
  std::map<std::string, tensor<B>, std::less<>> starts_;
};

}  // namespace fewclip::tuners
