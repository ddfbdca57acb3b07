// The unit alone is compiled here; the component's units are those that our own program links.
#include <fewclip/compiled/clip.hpp>
#include <fewclip/compiled/methods.hpp>

fewclip::index width(const std::string& folder) { return fewclip::compiled::clip(folder).embed(); }

fewclip::tensor<fewclip::compiled::backend> scores(const char* method, const fewclip::compiled::method::fit_inputs& inputs) {
  return fewclip::compiled::methods().find(method).fit(inputs)->logits(inputs.support.features());
}
