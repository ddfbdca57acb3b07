#pragma once
/// What the fuzz targets share: a target is a reader, its seeds, and what its files are made of. Each input ends in a result or in a
/// refusal that a user can read; see check_refusal().

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"

namespace fuzz {

using bytes = std::span<const std::byte>;

/// A reader under test. Where one target has several readers, the first byte of the input says which, a digit in every seed.
struct target {
  const char* name;
  void (*run)(bytes);                   ///< reads one input
  std::vector<std::string> (*seeds)();  ///< made in code; those in corpus/<name>/ come in addition
  std::vector<std::string> tokens{};    ///< what a mutation may insert, besides what all have
  bool length_prefixed = false;         ///< 8 bytes with the length of a header that ends with the last `}`
};

std::vector<target> tensor_targets();
std::vector<target> list_targets();
std::vector<target> configuration_targets();
std::vector<target> tokenizer_targets();
std::vector<target> picture_targets();
std::vector<target> checkpoint_targets();

/// The target of that name. \throws std::runtime_error where there is none
const target& find_target(const std::string& name);

/// All of them.
const std::vector<target>& all_targets();

/// Its seeds, those of the corpus included.
std::vector<std::string> seeds_of(const target& chosen);

/// For targets whose seeds are all in the corpus.
inline std::vector<std::string> no_more_seeds() { return {}; }

/// A changed copy of one of the seeds, the same for the same numbers.
std::string mutated(std::string text, const target& chosen, const std::vector<std::string>& seeds, std::uint64_t seed, std::uint64_t run);

/// Sets the length of a length-prefixed file right.
void set_length(std::string& text);

/// Runs the target on one input, with a bound on memory (100 MB and 20 times the input) and on the kind of what is thrown.
void run_input(const target& chosen, bytes input);

/// Reports and aborts.
[[noreturn]] void finding(const std::string& reason);

/// What must hold for any input.
inline void require(bool holds, const char* reason) {
  if (!holds) finding(reason);
}

/// A finding unless the exception is of a documented type and its message is one that a user can read: it names `where`, is UTF-8 without
/// control characters, has at most 600 bytes, and no words of the libraries below.
void check_refusal(const std::exception& refusal, bool documented, const std::string& where);

/// Runs the call, which may be refused with one of the documented types.
template <class... Documented, class Call>
void attempt(const std::string& where, const Call& call) {
  try {
    call();
  } catch (const std::exception& refusal) {
    check_refusal(refusal, (... || (dynamic_cast<const Documented*>(&refusal) != nullptr)), where);
  }
}

/// Whether the text is well-formed.
bool is_utf8(std::string_view text);

inline std::string text_of(bytes input) { return {reinterpret_cast<const char*>(input.data()), input.size()}; }

/// The number that the first byte of an input chooses, below `count`, and the rest of it.
inline std::pair<std::size_t, bytes> choice_of(bytes input, std::size_t count) {
  if (input.empty()) return {0, input};
  return {(std::to_integer<std::size_t>(input[0]) - '0') % count, input.subspan(1)};
}

/// A place in a folder of this process.
std::string place(const std::string& name);

/// Writes the content into a file of that folder; its path.
std::string written(const std::string& name, bytes content);

}  // namespace fuzz
