#pragma once

// Real CLIP ViT-B/32 features, in the types of the library.

#include <boost/test/unit_test.hpp>
#include <string>

#include "../io/shared_data.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/io/feature_set.hpp"

namespace real {

/// A benchmark file, in the types of the library.
template <class B = fewclip::backend::cpu<float>>
class benchmark {
 public:
  explicit benchmark(const std::string& name) : file_(fewclip::io::read_feature_set(shared_data::folder() + "/feature_sets/" + name)) {}

  const fewclip::io::feature_set& file() const { return file_; }
  fewclip::class_text<B> text() const {
    if (file_.text.empty()) return {};
    return fewclip::class_text<B>(rows(file_.text));
  }
  fewclip::support_set<B> support(std::size_t shots) const {
    const auto& found = file_.train_by_shots.at(shots);
    return {rows(found.features), labels(found)};
  }
  fewclip::tensor<B> queries() const { return rows(file_.test->features); }

  /// Correct predictions on the test rows.
  template <class Model>
  fewclip::index hits(const Model& model) const {
    const auto predicted = model.predict(queries());
    fewclip::index out = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) out += predicted[i] == file_.test->labels[i] ? 1 : 0;
    return out;
  }

 private:
  fewclip::tensor<B> rows(const std::vector<float>& values) const {
    const std::vector<typename B::scalar> cast(values.begin(), values.end());
    const auto dim = static_cast<fewclip::index>(file_.dim);
    return fewclip::tensor<B>::from_host(cast.data(), {static_cast<fewclip::index>(cast.size()) / dim, dim});
  }
  fewclip::class_labels labels(const fewclip::io::labelled_features& found) const {
    return {std::vector<fewclip::label>(found.labels.begin(), found.labels.end()), static_cast<fewclip::index>(file_.classes)};
  }

  fewclip::io::feature_set file_;
};

}  // namespace real
