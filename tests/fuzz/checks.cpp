/// What every target is held to, and where it finds its seeds.

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string_view>
#include <typeinfo>

#include "../io/scratch.hpp"
#include "fuzz.hpp"

namespace {

std::atomic<std::size_t> bytes_in_use{0};
std::atomic<std::size_t> most_bytes{static_cast<std::size_t>(-1)};

void* allocated(std::size_t size) {
  void* const out = bytes_in_use + size > most_bytes ? nullptr : std::malloc(size);
  if (out == nullptr) throw std::bad_alloc();
  bytes_in_use += malloc_usable_size(out);
  return out;
}

void* allocated(std::size_t size, std::align_val_t alignment) {
  void* const out = bytes_in_use + size > most_bytes ? nullptr : ::memalign(static_cast<std::size_t>(alignment), size);
  if (out == nullptr) throw std::bad_alloc();
  bytes_in_use += malloc_usable_size(out);
  return out;
}

void* allocated_or_null(std::size_t size) noexcept {
  try {
    return allocated(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void freed(void* memory) {
  if (memory != nullptr) bytes_in_use -= malloc_usable_size(memory);
  std::free(memory);
}

const scratch::directory& folder() {
  static const scratch::directory out;
  return out;
}

/// The number of bytes of a well-formed character, 0 for anything else.
std::size_t character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[at + i])) : 0U;
  };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xC2 && first < 0xE0 ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return overlong || outside ? 0 : length;
}

/// What is being read; a message may quote it.
std::string_view current_input;

/// Why the text is nothing to show to a user; empty where it may be shown.
std::string defect_of(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_at(text, at);
    const auto first = static_cast<unsigned char>(text[at]);
    if (length == 0) return "is not UTF-8";
    if (first < 0x20 || first == 0x7F || (first == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0))
      return "has control characters";
    at += length;
  }
  if (text.size() > 600) return "has " + std::to_string(text.size()) + " bytes, more than 600";
  for (const char* const word : {"json.exception", "parse_error", "basic_string", "vector::", "map::at", "bad_alloc", "std::", "stod",
                                 "stoi", "filesystem error", "bad optional", "bad_variant"}) {
    if (text.find(word) != std::string_view::npos && current_input.find(word) == std::string_view::npos)
      return std::string("has a library's word, ") + word;
  }
  return "";
}

}  // namespace

// Counted, so that an input that makes a reader ask for much more than its size is noticed.
void* operator new(std::size_t size) { return allocated(size); }
void* operator new[](std::size_t size) { return allocated(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocated_or_null(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocated_or_null(size); }
void* operator new(std::size_t size, std::align_val_t alignment) { return allocated(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return allocated(size, alignment); }
void operator delete(void* memory) noexcept { freed(memory); }
void operator delete[](void* memory) noexcept { freed(memory); }
void operator delete(void* memory, std::size_t) noexcept { freed(memory); }
void operator delete[](void* memory, std::size_t) noexcept { freed(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { freed(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { freed(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { freed(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { freed(memory); }

namespace fuzz {

const std::vector<target>& all_targets() {
  static const std::vector<target> out = [] {
    std::vector<target> all;
    for (const auto& some :
         {tensor_targets(), list_targets(), configuration_targets(), tokenizer_targets(), picture_targets(), checkpoint_targets()}) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }();
  return out;
}

const target& find_target(const std::string& name) {
  for (const target& each : all_targets()) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("fuzz: expected one of the targets that --list names, got " + name);
}

std::vector<std::string> seeds_of(const target& chosen) {
  std::vector<std::string> out = chosen.seeds();
  std::vector<std::string> files;
  std::error_code none;
  for (const auto& each : std::filesystem::directory_iterator(std::string(FEWCLIP_TEST_SOURCE_DIR "/fuzz/corpus/") + chosen.name, none)) {
    files.push_back(each.path().string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& each : files) out.push_back(scratch::read_text(each));
  if (out.empty()) throw std::runtime_error(std::string("fuzz: no seeds for ") + chosen.name);
  return out;
}

void finding(const std::string& reason) {
  most_bytes = static_cast<std::size_t>(-1);
  std::fputs("finding: ", stderr);
  for (const char each : reason) {  // what is not printable as \xHH
    std::fprintf(stderr, each >= ' ' && each <= '~' ? "%c" : "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(each)));
  }
  std::fputc('\n', stderr);
  std::fflush(stderr);
  std::abort();
}

void check_refusal(const std::exception& refusal, bool documented, const std::string& where) {
  const std::string_view text = refusal.what();
  const std::string said = " in: " + std::string(text);
  if (!documented) finding(std::string("the exception ") + typeid(refusal).name() + " is not documented" + said);
  if (const std::string defect = defect_of(text); !defect.empty()) finding("the message " + defect + said);
  if (text.find(where) == std::string_view::npos) finding("the message does not name " + where + said);
}

void run_input(const target& chosen, bytes input) {
  most_bytes = bytes_in_use + (std::size_t{100} << 20) + 20 * input.size();
  current_input = {reinterpret_cast<const char*>(input.data()), input.size()};
  try {
    chosen.run(input);
  } catch (const std::exception& other) {
    finding(std::string("an exception leaves the target: ") + other.what());
  }
  most_bytes = static_cast<std::size_t>(-1);
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_at(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string place(const std::string& name) { return folder().file(name); }

std::string written(const std::string& name, bytes content) {
  const std::string path = place(name);
  scratch::write_text(path, text_of(content));
  return path;
}

}  // namespace fuzz
