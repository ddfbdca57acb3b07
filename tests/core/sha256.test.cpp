#include "fewclip/core/sha256.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <span>
#include <string>
#include <string_view>

using fewclip::sha256;
using fewclip::sha256_of;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

}  // namespace

BOOST_AUTO_TEST_CASE(the_examples_of_the_standard_hold) {
  BOOST_TEST(sha256_of(bytes_of("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256_of(bytes_of("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256_of(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(sha256_of(bytes_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
                                "nopqrstu")) == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  BOOST_TEST(sha256_of(bytes_of(std::string(1000000, 'a'))) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(pieces_give_the_digest_of_the_whole) {
  for (const std::size_t length : {1U, 55U, 56U, 63U, 64U, 65U, 119U, 120U, 128U, 300U}) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(i * 7 + 1);
    for (const std::size_t piece : {1U, 3U, 63U, 64U, 100U}) {
      sha256 hash;
      for (std::size_t at = 0; at < length; at += piece) hash.add(bytes_of(text).subspan(at, std::min(piece, length - at)));
      BOOST_TEST(hash.hex() == sha256_of(bytes_of(text)), length << " bytes in pieces of " << piece);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_digest_can_be_taken_in_between) {
  sha256 hash;
  hash.add(bytes_of("ab"));
  BOOST_TEST(hash.hex() == sha256_of(bytes_of("ab")));
  hash.add(bytes_of("c"));
  BOOST_TEST(hash.hex() == sha256_of(bytes_of("abc")));
  BOOST_TEST(hash.finish()[0] == 0xBA);
}

BOOST_AUTO_TEST_CASE(a_list_is_its_texts_joined_by_newlines) {
  BOOST_TEST(fewclip::sha256_of_list({"a", "bc"}) == sha256_of(std::string_view("a\nbc")));
  BOOST_TEST(fewclip::sha256_of_list({}) == sha256_of(std::string_view()));
}
