#include "fewclip/io/kilogram.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "scratch.hpp"

using namespace fewclip;
using namespace fewclip::io;
using scratch::message_of;
namespace tt = boost::test_tools;

namespace {

/// Seven unit triangles, the last one replaced.
std::string svg(const std::string& last, const std::string& head = R"(<svg viewBox="0 0 9 4.5">)") {
  std::string out = "<?xml version=\"1.0\"?>\n<!-- own -->\n" + head + "<defs/>";
  for (int id = 1; id < 7; ++id) out += "\n<polygon id='" + std::to_string(id) + "' points=\"0,0 1,0 0,1\" fill=\"x\"/>";
  return out + last + "</svg>\n";
}

std::string refusal(const std::string& text) {
  return message_of<io_error>([&] { parse_kilogram_svg(text, "t.svg"); });
}

const std::string good_last = R"x(<polygon id="7" points="1 2 3 2 3 4.5e0 1 4" transform="matrix(0, 1, -1, 0, 10, 20)" />)x";

std::string annotations(const std::string& part7, const std::string& whole = R"({"wholeAnnotation": "dog"})") {
  return R"({"p1": {"snd": 0.5, "pnd": 1, "psa": 4.5, "annotations": [{"whole": )" + whole +
         R"(, "part": {"1": "head", "2": "body", "3": "body", "4": "leg", "5": "head", "6": "leg", "7": )" + part7 + "}}]}}";
}

std::string bad_annotations(const std::string& text) {
  return message_of<io_error>([&] { parse_kilogram_annotations(text, "d.json"); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(polygons_are_read_in_both_forms_and_moved_by_their_matrix) {
  const kilogram_svg read = parse_kilogram_svg(svg(good_last), "t.svg");
  BOOST_TEST(read.picture.view.right == 9.0);
  BOOST_TEST(read.picture.view.bottom == 4.5);
  BOOST_TEST(read.transformed == 1);
  BOOST_TEST(!read.has_commas);  // of the last polygon
  const auto& corners = read.picture.with_id(7).outline;
  BOOST_REQUIRE(corners.size() == 4U);
  BOOST_TEST((corners[0] == data::tangram::point{8.0, 21.0}));  // (1, 2): x' = -y + 10, y' = x + 20
  BOOST_TEST((corners[2] == data::tangram::point{5.5, 23.0}));
  BOOST_TEST(data::tangram::signed_area(read.picture.with_id(3).outline) == 0.5);
}

BOOST_AUTO_TEST_CASE(another_svg_is_refused_and_the_reason_named) {
  BOOST_TEST(refusal(svg("")) == "t.svg: polygons: expected 7, got 6");
  BOOST_TEST(refusal(svg(R"(<polygon id="6" points="0,0 1,0 0,1"/>)")) == "t.svg: polygons: expected ids 1 to 7 once each, got 6 twice");
  BOOST_TEST(refusal(svg(R"(<polygon id="8" points="0,0 1,0 0,1"/>)")) == "t.svg: polygon `8`: expected an id of 1 to 7, got `8`");
  BOOST_TEST(refusal(svg(R"(<polygon id="7" points="0,0 1,0 0,1 x"/>)")).starts_with("t.svg: polygon `7`, points: expected numbers, got"));
  BOOST_TEST(refusal(svg(R"(<polygon id="7" points="0,0 1,0 0"/>)")) ==
             "t.svg: polygon `7`, points: expected 3 or 4 points, got 5 numbers");
  BOOST_TEST(refusal(svg(R"(<polygon id="7" points="0,0 1,0 2,0"/>)")) == "t.svg: polygon `7`: expected a polygon with an area, got none");
  BOOST_TEST(refusal(svg(R"(<polygon id="7" points="0,0 1,0 0,nan"/>)")).find("expected numbers") != std::string::npos);
  BOOST_TEST(refusal(svg(R"x(<polygon id="7" points="0,0 1,0 0,1" transform="rotate(3)"/>)x")) ==
             "t.svg: polygon `7`, transform: expected matrix(a, b, c, d, e, f), got `rotate(3)`");
  BOOST_TEST(refusal(svg("<circle r=\"1\"/>")).find("expected svg with closed polygon elements, got `circle`") != std::string::npos);
  BOOST_TEST(refusal(svg("<g>")).find("got `g`") != std::string::npos);
  BOOST_TEST(refusal(svg(good_last, "<svg>")).starts_with("t.svg: viewBox: expected left, top, a width and a height"));
  BOOST_TEST(refusal(svg(good_last, "<svg viewBox=\"0 0 0 5\">")).starts_with("t.svg: viewBox"));
  BOOST_TEST(refusal("") == "t.svg: content: expected an svg element that is closed, got none");
  BOOST_TEST(refusal("<svg viewBox=\"0 0 1 1\">").find("that is closed") != std::string::npos);
  BOOST_TEST(refusal(svg(good_last) + "<p/>").find("expected nothing behind </svg>") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_cut_of_a_file_is_refused) {
  const std::string whole = svg(good_last);
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) BOOST_REQUIRE_THROW(parse_kilogram_svg(whole.substr(0, size), "t"), io_error);
  BOOST_CHECK_NO_THROW(parse_kilogram_svg("\xEF\xBB\xBF" + whole, "t"));
}

BOOST_AUTO_TEST_CASE(annotations_give_the_whole_and_the_part_of_each_piece) {
  const auto read = parse_kilogram_annotations(annotations("\"tail\""), "d.json");
  BOOST_REQUIRE(read.size() == 1U);
  BOOST_TEST(read[0].name == "p1");
  BOOST_TEST(read[0].part_segmentation_agreement == 4.5);
  BOOST_TEST(read[0].part_naming_divergence == 1.0);
  BOOST_REQUIRE(read[0].annotations.size() == 1U);
  BOOST_TEST(read[0].annotations[0].parts[6] == "tail");
  BOOST_TEST(data::tangram::caption(read[0].annotations[0].phrases()) == "a dog with a head, a body, a leg, and a tail");
}

BOOST_AUTO_TEST_CASE(other_annotations_are_refused) {
  BOOST_TEST(bad_annotations("[]") == "d.json: content: expected an object of tangrams, got an array of 0");
  BOOST_TEST(bad_annotations("{").starts_with("d.json: content: expected JSON, got malformed JSON at byte"));
  BOOST_TEST(bad_annotations(annotations("3")) == "d.json: tangram `p1`, annotation 0, part 7: expected a text, got 3");
  BOOST_TEST(bad_annotations(annotations("\"x\"", "3")) ==
             "d.json: tangram `p1`, annotation 0, whole: expected an object with `wholeAnnotation`, got 3");
  BOOST_TEST(bad_annotations(R"({"p": {"snd": 1, "pnd": 1}})") == "d.json: tangram `p`: expected an object with `psa`, got none");
  BOOST_TEST(bad_annotations(R"({"p": {"snd": "1"}})") == "d.json: tangram `p`, snd: expected a number, got the text `1`");
}

BOOST_AUTO_TEST_CASE(contexts_come_in_tens) {
  std::string list = "\"a\"";
  for (int i = 1; i < 10; ++i) list += ", \"b" + std::to_string(i) + "\"";
  const auto text = [&](const std::string& images, const std::string& texts) {
    return R"({"targets": ["a"], "images": [)" + images + R"(], "texts": [)" + texts + "]}";
  };
  const auto read = parse_kilogram_contexts(text(list, list), "c.json");
  BOOST_TEST(read.contexts() == 1);
  BOOST_TEST(read.images[9] == "b9");
  BOOST_TEST(message_of<io_error>([&] { parse_kilogram_contexts(text(list, list + ", \"c\""), "c.json"); }) ==
             "c.json: images and texts: expected as many of each, in groups of 10, got 10 and 11");
  BOOST_TEST(message_of<io_error>([&] { parse_kilogram_contexts(text(list, "1"), "c.json"); }) ==
             "c.json: texts, item 0: expected a text, got 1");
  BOOST_TEST(message_of<io_error>([&] { parse_kilogram_contexts(R"({"targets": []})", "c.json"); }) ==
             "c.json: content: expected an object with `images`, got none");
}

BOOST_AUTO_TEST_CASE(files_are_read_and_missing_ones_named) {
  const scratch::directory folder;
  scratch::write_text(folder.file("a.svg"), svg(good_last));
  scratch::write_text(folder.file("a.json"), annotations("\"tail\""));
  BOOST_TEST(read_kilogram_svg(folder.file("a.svg")).transformed == 1);
  BOOST_TEST(read_kilogram_annotations(folder.file("a.json")).size() == 1U);
  BOOST_CHECK_THROW(read_kilogram_svg(folder.file("b.svg")), io_error);
  BOOST_CHECK_THROW(read_kilogram_contexts(folder.file("a.json")), io_error);
}
