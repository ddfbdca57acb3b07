// A file with a number that is none is refused, whatever flags this was compiled with.
#include <bit>
#include <cstdint>
#include <cstdio>
#include <string>

#include "fewclip/io/classifier_file.hpp"
#include "fewclip/io/feature_set.hpp"

namespace {

int failures = 0;

/// \param write writes a file whose one number is given, which is read back before it is put in its place
template <class Write>
void require(bool refuses, const char* what, const Write& write) {
  bool refused = false;
  try {
    write();
  } catch (const fewclip::error& failure) {
    refused = std::string(failure.what()).find("finite number") != std::string::npos;
    if (!refused) std::printf("%s: got %s\n", what, failure.what());
  }
  if (refused != refuses) std::printf("%s: expected to be %s\n", what, refuses ? "refused" : "taken");
  failures += refused == refuses ? 0 : 1;
}

fewclip::io::feature_set features(float value) {
  fewclip::io::feature_set out;
  out.classes = 1;
  out.dim = 2;
  out.test = fewclip::io::labelled_features{{1.0F, value}, 1, 2, {0}};
  return out;
}

fewclip::io::classifier_file classifier(float text, double setting) {
  fewclip::io::classifier_file out;
  out.method = "zero_shot";
  out.class_names = {"cat"};
  out.dim = 2;
  out.text = {{1, 2}, {0.0F, text}};
  out.settings = {{"scale", setting}};
  return out;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::string path = arguments[1];
  const auto zero = static_cast<std::uint32_t>(count - 2);  // known at run time only
  using namespace fewclip::io;
  for (const std::uint32_t high : {0xFF8U, 0x7F8U, 0x7FCU}) {  // both infinities and a NaN
    const auto bad = std::bit_cast<float>((high << 20U) + zero);
    const auto worse =
        std::bit_cast<double>((static_cast<std::uint64_t>(high | 7U) << 52U | static_cast<std::uint64_t>(high & 4U) << 49U) + zero);
    require(true, "features that are not finite", [&] { write_feature_set(features(bad), path); });
    require(true, "a text row that is not finite", [&] { write_classifier(classifier(bad, 1), path); });
    require(true, "a setting that is not finite", [&] { write_classifier(classifier(1, worse), path); });
  }
  require(false, "features", [&] { write_feature_set(features(1), path); });
  require(false, "a classifier", [&] { write_classifier(classifier(1, 1), path); });
  return failures == 0 ? 0 : 1;
}
