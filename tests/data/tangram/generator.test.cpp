#include "fewclip/data/tangram/generator.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

using namespace fewclip::data::tangram;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_CASE(every_tangram_is_made_of_seven_whole_pieces_joined_by_edges) {
  for (fewclip::index kind = 0; kind < kind_count; ++kind) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      const tangram made = make_tangram(kind, seed);
      BOOST_REQUIRE(made.assembly.size() == 7U);
      const assembly_check check = check_assembly(made.assembly);
      BOOST_REQUIRE_MESSAGE(check.good(), kind_name(kind) << ", seed " << seed);
      for (std::size_t i = 0; i < 7; ++i) {
        BOOST_REQUIRE(made.shapes[i] == seven_pieces[i]);
        BOOST_REQUIRE((doubled_area(made.assembly[i]) == doubled_area(outline(seven_pieces[i], north))));
        BOOST_REQUIRE(made.assembly[i].size() == (i < 5 ? 3U : 4U));
        BOOST_REQUIRE(!made.parts[i].empty());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_drawing_shows_the_same_pieces_inside_its_view) {
  for (fewclip::index kind = 0; kind < kind_count; ++kind) {
    const tangram made = make_tangram(kind, 3);
    const box around = bounds(made.picture.outlines());
    BOOST_TEST((made.picture.view.left < around.left && around.right < made.picture.view.right));
    BOOST_TEST((made.picture.view.top < around.top && around.bottom < made.picture.view.bottom));
    for (std::size_t i = 0; i < 7; ++i) {
      BOOST_TEST(made.picture.pieces[i].id == static_cast<int>(i) + 1);
      const double exact = 16.0 * doubled_area(made.assembly[i]).value() / 2.0;  // 4 drawing units for one of the lattice
      BOOST_TEST(std::abs(signed_area(made.picture.pieces[i].outline)) == exact, tt::tolerance(1e-12));
    }
  }
}

BOOST_AUTO_TEST_CASE(there_are_at_least_twenty_kinds_with_names_of_their_own) {
  BOOST_TEST(kind_count >= 20);
  std::set<std::string_view> names;
  for (fewclip::index kind = 0; kind < kind_count; ++kind) {
    names.insert(kind_name(kind));
    BOOST_TEST(kind_number(kind_name(kind)) == kind);
    BOOST_TEST(parts_of(make_tangram(kind, 1)).size() >= 2U);
  }
  BOOST_TEST(static_cast<fewclip::index>(names.size()) == kind_count);
  BOOST_CHECK_THROW(kind_name(kind_count), fewclip::value_error);
  BOOST_CHECK_THROW(make_tangram(-1, 0), fewclip::value_error);
  BOOST_CHECK_THROW(kind_number("unicorn"), fewclip::value_error);
}

BOOST_AUTO_TEST_CASE(a_tangram_is_a_function_of_its_seed) {
  const fewclip::index rocket = kind_number("rocket");
  const auto corners = [](const tangram& of) {
    std::vector<double> out;
    for (const polygon& each : of.picture.outlines()) {
      for (const point p : each) out.insert(out.end(), {p.x, p.y});
    }
    return out;
  };
  BOOST_TEST(corners(make_tangram(rocket, 7)) == corners(make_tangram(rocket, 7)), tt::per_element());
  std::set<std::vector<double>> different;
  for (std::uint64_t seed = 0; seed < 20; ++seed) different.insert(corners(make_tangram(rocket, seed)));
  BOOST_TEST(different.size() == 20U);
}

BOOST_AUTO_TEST_CASE(loose_pieces_move_and_none_do_where_that_is_asked) {
  const fewclip::index robot = kind_number("robot");
  const auto heads = [&](double share) {
    std::set<std::int64_t> out;
    for (std::uint64_t seed = 0; seed < 60; ++seed) out.insert(make_tangram(robot, seed, {.joint_share = share}).assembly[5][0].x.a);
    return out.size();
  };
  BOOST_TEST(heads(1.0) == 5U);  // five places along the shoulders
  BOOST_TEST(heads(0.0) == 1U);
}

BOOST_AUTO_TEST_CASE(without_a_turn_edges_stay_level_and_half_are_mirrored) {
  int mirrored = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const tangram made = make_tangram(kind_number("flag"), seed, {.joint_share = 0.0, .largest_turn = 0.0});
    for (const piece& each : made.picture.pieces) {
      bool level = false;
      for (std::size_t i = 0; i < each.outline.size(); ++i) {
        level = level || std::abs(each.outline[i].y - each.outline[(i + 1) % each.outline.size()].y) < 1e-9 ||
                std::abs(each.outline[i].x - each.outline[(i + 1) % each.outline.size()].x) < 1e-9;
      }
      BOOST_REQUIRE(level);
    }
    mirrored += signed_area(made.picture.pieces[0].outline) > 0.0 ? 1 : 0;
  }
  BOOST_TEST((mirrored > 70 && mirrored < 130));
}

BOOST_AUTO_TEST_CASE(parts_come_by_their_size) {
  const auto parts = parts_of(make_tangram(kind_number("rocket"), 1));
  BOOST_TEST(parts == (std::vector<std::string>{"body", "flame", "fin", "nose"}), tt::per_element());  // 4, 2, 1 and 1
}
