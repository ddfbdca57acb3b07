/// How inputs are changed where no fuzzing engine does it, and as one of its mutations where one does.

#include <algorithm>

#include "fewclip/core/random.hpp"
#include "fuzz.hpp"

namespace {

/// What most files are made of.
const std::vector<std::string>& common_tokens() {
  static const std::vector<std::string> out{"{",
                                            "}",
                                            "[",
                                            "]",
                                            ",",
                                            ":",
                                            "\"",
                                            "0",
                                            "-1",
                                            "1.5",
                                            "1e999",
                                            "-0.0",
                                            "18446744073709551615",
                                            "2147483648",
                                            "1e-320",
                                            "null",
                                            "true",
                                            "\\u0000",
                                            "\\ud800",
                                            "\xC3\xA9",
                                            "\xED\xA0\x80",
                                            "\xFF",
                                            "\x1B[2J",
                                            "\n",
                                            "\r\n",
                                            " ",
                                            "../",
                                            "/",
                                            "\xEF\xBB\xBF",
                                            "\"a\":"};
  return out;
}

class mutation {
 public:
  mutation(std::string text, const fuzz::target& chosen, const std::vector<std::string>& seeds, fewclip::random_stream random)
      : text_(std::move(text)), chosen_(chosen), seeds_(seeds), random_(random) {}

  std::string changed() {
    for (std::size_t changes = 1 + below(8); changes > 0; --changes) change();
    if (below(200) == 0) nest();
    if (chosen_.length_prefixed && below(2) == 0) fuzz::set_length(text_);
    return std::move(text_);
  }

 private:
  std::size_t below(std::size_t count) { return count == 0 ? 0 : static_cast<std::size_t>(random_.bits(at_++) % count); }

  void change() {
    const std::size_t place = below(text_.size() + 1);
    const std::size_t length = below(std::min<std::size_t>(text_.size() - place, 16) + 1);
    switch (below(7)) {
      case 0:
        if (place < text_.size()) text_[place] = static_cast<char>(below(256));
        break;
      case 1:
        if (place < text_.size()) text_[place] = static_cast<char>(static_cast<unsigned char>(text_[place]) ^ (1U << below(8)));
        break;
      case 2:
        text_.erase(place, below(8) == 0 ? below(text_.size() - place + 1) : length);
        break;
      case 3:
        text_.insert(place, text_.substr(place, length));
        break;
      case 4:
        text_.insert(place, token());
        break;
      case 5:  // a value
        text_.replace(place, end_of_value(place) - place, token());
        break;
      default: {
        const std::string& other = seeds_[below(seeds_.size())];
        text_ = text_.substr(0, place) + other.substr(std::min(place, other.size()));
      }
    }
  }

  const std::string& token() {
    const std::size_t own = chosen_.tokens.size();
    const std::size_t at = below(own + common_tokens().size());
    return at < own ? chosen_.tokens[at] : common_tokens()[at - own];
  }

  std::size_t end_of_value(std::size_t place) const { return std::min(text_.find_first_of(",]}", place), text_.size()); }

  /// A value of JSON becomes arrays within arrays, deeper than any stack is.
  void nest() {
    const std::size_t place = text_.find_first_of(":[,", below(text_.size() + 1));
    if (place == std::string::npos) return;
    const std::size_t depth = std::size_t{1} << (3 + below(15));
    text_.replace(place + 1, end_of_value(place + 1) - place - 1, std::string(depth, '[') + std::string(depth, ']'));
  }

  std::string text_;
  const fuzz::target& chosen_;
  const std::vector<std::string>& seeds_;
  fewclip::random_stream random_;
  std::uint64_t at_ = 0;
};

}  // namespace

namespace fuzz {

void set_length(std::string& text) {
  const std::size_t end = text.rfind('}');
  if (text.size() < 8 || end == std::string::npos || end < 8) return;
  for (std::size_t i = 0; i < 8; ++i) text[i] = static_cast<char>(((end - 7) >> (8 * i)) & 0xFFU);
}

std::string mutated(std::string text, const target& chosen, const std::vector<std::string>& seeds, std::uint64_t seed, std::uint64_t run) {
  return mutation(std::move(text), chosen, seeds, fewclip::random_stream(seed, run)).changed();
}

}  // namespace fuzz
