#include "fewclip/io/safetensors_stream.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "scratch.hpp"

namespace {

namespace io = fewclip::io;

const std::vector<float> logits{1, 2, 3, 4, 5, 6};
const std::vector<std::int32_t> labels{7, 8};

io::safetensors_writer plan() {
  io::safetensors_writer out;
  out.metadata("program", "test");
  out.declare("b", io::dtype::f32, {2, 3});
  out.declare("a", io::dtype::i32, {2});
  out.declare("none", io::dtype::f32, {0, 3});
  return out;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class Error>
std::string message(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "not thrown";
}

BOOST_AUTO_TEST_CASE(tensors_written_in_any_order_give_the_file_of_the_writer) {
  const scratch::directory folder;
  const std::string path = folder.file("streamed.safetensors");
  io::safetensors_stream stream(path, plan());
  stream.write("none", std::vector<float>());
  stream.write("a", labels);
  BOOST_TEST(!std::filesystem::exists(path));
  stream.write("b", logits);
  stream.commit();
  io::safetensors_writer whole;
  whole.metadata("program", "test");
  whole.add("b", {2, 3}, logits);
  whole.add("a", {2}, labels);
  whole.add("none", {0, 3}, std::vector<float>());
  const auto expected = whole.to_bytes();
  BOOST_TEST(bytes_of(path) == std::string(reinterpret_cast<const char*>(expected.data()), expected.size()));
}

BOOST_AUTO_TEST_CASE(what_is_not_planned_or_missing_is_refused_and_nothing_is_left) {
  const scratch::directory folder;
  const std::string path = folder.file("refused.safetensors");
  {
    io::safetensors_stream stream(path, plan());
    BOOST_TEST(message<fewclip::value_error>([&] { stream.write("c", logits); }) ==
               "fewclip::io::safetensors_stream: tensor `c`: expected a planned name, once, got another");
    BOOST_TEST(message<fewclip::value_error>([&] { stream.write("b", labels); }) ==
               "fewclip::io::safetensors_stream: tensor `b`: expected 6 elements of F32, got 2 of I32");
    stream.write("a", labels);
    BOOST_TEST(message<fewclip::value_error>([&] { stream.write("a", labels); }).find("once") != std::string::npos);
    stream.write("none", std::vector<float>());
    BOOST_TEST(message<fewclip::value_error>([&] { stream.commit(); }) ==
               "fewclip::io::safetensors_stream: tensor `b`: expected its elements, got none");
  }
  BOOST_TEST(!std::filesystem::exists(path));
  BOOST_TEST(std::filesystem::is_empty(std::filesystem::path(path).parent_path()));
}

BOOST_AUTO_TEST_CASE(a_writer_does_not_write_what_was_only_declared) {
  BOOST_TEST(message<io::safetensors_error>([] { plan().to_bytes(); }).find("a declaration") != std::string::npos);
}

}  // namespace
