#include "fewclip/images/write.hpp"

#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <fewclip/images/decode.hpp>
#include <filesystem>
#include <random>

using fewclip::image;

namespace {

image random_image(fewclip::index width, fewclip::index height, fewclip::index channels) {
  const unsigned seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  image out(width, height, channels);
  for (std::uint8_t& each : out.bytes()) each = static_cast<std::uint8_t>(random());
  return out;
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = (out << 8) | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

const Bytef* zlib_bytes(const std::string& text, std::size_t at = 0) { return reinterpret_cast<const Bytef*>(text.data() + at); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_decoder_reads_back_what_was_written) {
  for (const fewclip::index channels : {1, 2, 3, 4}) {
    for (const auto& [width, height] : {std::pair<fewclip::index, fewclip::index>{1, 1}, {7, 5}, {200, 150}}) {
      const image source = random_image(width, height, channels);
      const std::string bytes = fewclip::images::png_bytes(source);
      const image read = fewclip::images::decode_image(std::as_bytes(std::span(bytes)), "written", {.keeps_alpha = true});
      BOOST_TEST((read == source));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_checksum_and_the_stream_satisfy_zlib) {
  const image source = random_image(301, 111, 3);  // more than one stored block
  const std::string bytes = fewclip::images::png_bytes(source);
  std::string data;
  int chunks = 0;
  for (std::size_t at = 8; at < bytes.size(); ++chunks) {
    const std::uint32_t size = number_at(bytes, at);
    BOOST_TEST(number_at(bytes, at + 8 + size) == crc32(0, zlib_bytes(bytes, at + 4), size + 4));
    if (bytes.substr(at + 4, 4) == "IDAT") data = bytes.substr(at + 8, size);
    at += 12 + size;
  }
  BOOST_TEST(chunks == 3);
  std::string rows(static_cast<std::size_t>(111 * (301 * 3 + 1)), '?');
  uLongf length = rows.size();
  BOOST_TEST(uncompress(reinterpret_cast<Bytef*>(rows.data()), &length, zlib_bytes(data), data.size()) == Z_OK);
  BOOST_TEST(length == rows.size());
  BOOST_TEST(static_cast<unsigned char>(rows[301 * 3 + 2]) == source.row(1)[0]);
}

BOOST_AUTO_TEST_CASE(a_file_is_replaced_and_a_folder_is_not) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "fewclip_images_write_test.png";
  fewclip::images::write_png(path.string(), random_image(9, 9, 3));
  const image last = random_image(3, 4, 1);
  fewclip::images::write_png(path.string(), last);
  BOOST_TEST((fewclip::images::decode_image(path.string(), {.keeps_alpha = true}) == last));
  std::filesystem::remove(path);
  const std::string folder = std::filesystem::temp_directory_path().string();
  BOOST_CHECK_EXCEPTION(fewclip::images::write_png(folder, last), fewclip::io_error, [&](const fewclip::io_error& problem) {
    return problem.what() == folder + ": write: expected success, got Is a directory";
  });
  BOOST_CHECK_THROW(fewclip::images::png_bytes(image{}), fewclip::shape_error);
}
