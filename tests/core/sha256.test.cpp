#include "fewclip/core/sha256.hpp"

#define BOOST_TEST_MODULE sha256
#include <boost/test/unit_test.hpp>

using fewclip::sha256_of;
using fewclip::sha256_of_list;

BOOST_AUTO_TEST_CASE(digests_are_those_of_the_standard) {
  BOOST_TEST(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // FIPS 180-2, appendix B.3
  BOOST_TEST(sha256_of(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(texts_that_just_fill_a_block_have_the_digests_of_hashlib) {
  // Python 3.11: hashlib.sha256(b"a" * n).hexdigest()
  BOOST_TEST(sha256_of(std::string(55, 'a')) == "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
  BOOST_TEST(sha256_of(std::string(56, 'a')) == "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
  BOOST_TEST(sha256_of(std::string(63, 'a')) == "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34");
  BOOST_TEST(sha256_of(std::string(64, 'a')) == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
  BOOST_TEST(sha256_of(std::string(1000, 'a')) == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

BOOST_AUTO_TEST_CASE(pieces_give_the_digest_of_the_whole_and_reading_it_changes_nothing) {
  fewclip::sha256 digest;
  for (int at = 0; at < 1000; at += 8) {
    digest.add("aaaaaaaa");
    (void)digest.hex();
  }
  BOOST_TEST(digest.hex() == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

BOOST_AUTO_TEST_CASE(a_list_is_joined_by_newlines) {
  // Python 3.11: hashlib.sha256("cat\nbig dog\ncaf\u00e9".encode()).hexdigest()
  BOOST_TEST(sha256_of_list({"cat", "big dog", "caf\xC3\xA9"}) == "430357384fdd5d18b7d86d8795ab1b22d14107db9fc3a5a4f0ce529e4bc6b2b1");
  BOOST_TEST(sha256_of_list({}) == sha256_of(""));
  BOOST_TEST(sha256_of_list({"a", "b"}) != sha256_of_list({"ab"}));
}
