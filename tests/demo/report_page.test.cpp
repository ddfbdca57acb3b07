#include "../../examples/demo/report_page.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fewclip/core/error.hpp>
#include <fewclip/images/decode.hpp>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

using namespace program::page;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++out;
  return out;
}

/// The start of the tag name and its end.
std::string name_of(const std::string& tag) { return tag.substr(0, tag.find_first_of(" /\n")); }

/// What is wrong with the nesting of tags, attributes and references; empty where nothing is.
std::string fault_in(const std::string& html) {
  const std::set<std::string> without_end = {"meta", "link", "img", "br", "!DOCTYPE"};
  std::vector<std::string> open;
  std::size_t at = 0;
  while (at < html.size()) {
    const std::size_t from = html.find('<', at);
    const std::string text = html.substr(at, from - at);
    if (has(text, ">") && (open.empty() || open.back() != "style")) return "a bare > in " + text;
    for (std::size_t amp = text.find('&'); amp != std::string::npos; amp = text.find('&', amp + 1)) {
      const std::size_t end = text.find(';', amp);
      if (end == std::string::npos || end - amp > 6) return "a bare & in " + text;
    }
    if (from == std::string::npos) break;
    const std::size_t to = html.find('>', from);
    if (to == std::string::npos) return "a tag without end";
    const std::string tag = html.substr(from + 1, to - from - 1);
    if (tag.find('<') != std::string::npos || count(tag, "\"") % 2 != 0) return "quotes or < in " + tag;
    at = to + 1;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "unexpected <" + tag + "> in " + (open.empty() ? "nothing" : open.back());
      open.pop_back();
    } else if (tag.back() != '/' && without_end.count(name_of(tag)) == 0) {
      open.push_back(name_of(tag));
      if (open.back() == "style") at = html.find("</style>", at);
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

fewclip::image square(std::uint8_t grey) { return {4, 4, 3, std::vector<std::uint8_t>(48, grey)}; }

/// Two tasks, two families, every section.
content full_page(const std::string& mark = "") {
  content out;
  out.title = "A report" + mark;
  out.summary = "What was done" + mark;
  out.facts = {{"Model" + mark, "small" + mark}};
  out.command = "make demo" + mark;
  out.shots = {1, 16};
  for (const double shift : {0.0, 0.1}) {
    task_results task{shift == 0.0 ? "outline" + mark : "noise", {}};
    task.methods.push_back({"zero_shot", "", {{0.25 + shift, std::nan(""), 0.0001, 0}}});
    task.methods.push_back(
        {"ape" + mark, "feature level" + mark, {{0.3112 + shift, 0.0123, 0.5, 0}, {0.4567 + shift, 0.004, 1.26, 1'234'567}}});
    task.methods.push_back({"coop", "prompt", {{0.3 + shift, 0.02, 2.0, 64}, {0.5234 + shift, 0.01, 12.4, 64}}});
    out.tasks.push_back(task);
  }
  out.attention = {{square(9), "boat" + mark, "fish" + mark, "boat" + mark, 1, 2, {0.5, 0.5}, {0.2, 0.8}}};
  out.attention_method = "safe" + mark;
  out.reliability = {{"ape" + mark, 0.0623, {{0, 0.0, 0.0}, {8, 0.4, 0.375}, {2, 0.9, 1.0}}}};
  out.reliability_about = "on outline" + mark;
  out.confusions = {{"ape" + mark, {"boat" + mark, "fish" + mark, "swan"}, {7, 1, 2, 0, 10, 0, 5, 0, 5}}};
  out.examples = {{"outline" + mark, "Lines" + mark, {{square(200), "a boat" + mark}}}};
  return out;
}

const std::array<std::string, 6> sections = {"accuracy", "shots", "attention", "reliability", "confusions", "tasks"};

}  // namespace

BOOST_AUTO_TEST_CASE(a_full_page_is_well_formed_and_asks_for_nothing_outside) {
  const std::string page = html(full_page());
  BOOST_TEST(fault_in(page) == "");
  BOOST_TEST(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  for (const std::string& id : sections) {
    BOOST_TEST(count(page, "<section id=\"" + id + "\"") == 1U);
    BOOST_TEST(count(page, "href=\"#" + id + "\"") == 1U);
  }
  for (const char* outside : {"http", "<script", "@import", "url(", "src=\"/", "//"}) BOOST_TEST(!has(html(content{}), outside), outside);
  for (const char* outside : {"http", "<script", "@import", "url("}) BOOST_TEST(!has(page, outside), outside);
  BOOST_TEST(count(page, "<h1>") == 1U);
  BOOST_TEST(count(page, "<img ") == count(page, " alt=\""));
  BOOST_TEST(count(page, "<svg ") == count(page, "<svg role=\"img\" aria-label=\""));
  BOOST_TEST(count(page, "<figure>") == count(page, "<details>"));
}

BOOST_AUTO_TEST_CASE(the_checker_finds_what_is_not_well_formed) {
  for (const char* bad : {"<p>a", "<p><b></p></b>", "</p>", "<p>a & b</p>", "<p>a > b</p>", "<p class=\"x>a</p>", "<p"})
    BOOST_TEST(fault_in(bad) != "");
  BOOST_TEST(fault_in("<p>a &amp; b<br></p>") == "");
}

BOOST_AUTO_TEST_CASE(every_text_is_escaped) {
  const std::string mark = "<i a=\"b\" c='d'>&\x01";
  const std::string page = html(full_page(mark));
  BOOST_TEST(fault_in(page) == "");
  BOOST_TEST(!has(page, "<i "));
  BOOST_TEST(!has(page, "\x01"));
  const std::string kept = "&lt;i a=&quot;b&quot; c=&#39;d&#39;&gt;&amp;\uFFFD";
  for (const char* text : {"A report", "What was done", "Model", "small", "make demo", "outline", "ape", "feature level", "boat", "fish",
                           "safe", "on outline", "Lines", "a boat"}) {
    BOOST_TEST(has(page, text + kept), text);
  }
}

BOOST_AUTO_TEST_CASE(sections_without_content_are_left_out) {
  using emptied = void (*)(content&);
  const std::map<std::string, emptied> ways = {{"attention", [](content& of) { of.attention.clear(); }},
                                               {"reliability", [](content& of) { of.reliability.clear(); }},
                                               {"confusions", [](content& of) { of.confusions.clear(); }},
                                               {"tasks", [](content& of) { of.examples.clear(); }}};
  for (const auto& [id, empty] : ways) {
    content some = full_page();
    empty(some);
    const std::string page = html(some);
    BOOST_TEST(fault_in(page) == "");
    for (const std::string& other : sections) BOOST_TEST(has(page, "<section id=\"" + other) == (other != id), id << " " << other);
    BOOST_TEST(!has(page, "href=\"#" + id));
  }
  content none;
  none.title = "Nothing";
  BOOST_TEST(fault_in(html(none)) == "");
  for (const char* part : {"<section", "<nav", "<dl", "<pre"}) BOOST_TEST(!has(html(none), part), part);
}

BOOST_AUTO_TEST_CASE(the_table_holds_the_given_numbers_and_marks_the_best) {
  content one = full_page();
  one.tasks.resize(1);
  const std::string page = html(one);
  BOOST_TEST(has(page, "<th scope=\"row\">zero_shot</th><td>25.0</td><td>25.0</td><td class=\"apart\">&lt; 0.001</td><td>0</td>"));
  BOOST_TEST(
      has(page,
          "<th scope=\"row\">ape</th><td class=\"best\"><b>31.1 <small>± 1.2</small></b><span class=\"hidden\"> (best)</span></td><td>45.7 "
          "<small>± 0.4</small></td><td class=\"apart\">1.3</td><td>1\u202F234\u202F567</td>"));
  BOOST_TEST(has(page, "<th scope=\"row\">coop</th><td>30.0 <small>± 2.0</small></td><td class=\"best\"><b>52.3 <small>± 1.0</small></b>"));
  BOOST_TEST(count(page, "class=\"best\"") == 2U);
  BOOST_TEST(has(page, "<td class=\"apart\">12</td><td>64</td>"));
  BOOST_TEST(!has(page, "Mean over tasks"));
}

BOOST_AUTO_TEST_CASE(several_tasks_have_a_mean_first) {
  const std::string page = html(full_page());
  BOOST_TEST(page.find("<h3>Mean over tasks</h3>") < page.find("<h3>Task outline</h3>"));
  BOOST_TEST(has(page, "<th scope=\"row\">zero_shot</th><td>30.0</td><td>30.0</td>"));
  BOOST_TEST(has(page, "<b>36.1 <small>± 1.2</small></b>"));  // (31.12 + 41.12) / 2
  content gap = full_page();
  gap.tasks[1].methods[2].scores[1] = {};  // not measured
  const std::string other = html(gap);
  BOOST_TEST(fault_in(other) == "");
  BOOST_TEST(has(other, "<td>–</td>"));
  BOOST_TEST(!has(other, "nan"));
}

BOOST_AUTO_TEST_CASE(confusions_and_reliability_are_those_given) {
  const std::string page = html(full_page());
  BOOST_TEST(
      has(page, "<li><b>swan</b> taken for <b>boat</b>: 5 of 10 (50 %)</li>\n<li><b>boat</b> taken for <b>swan</b>: 2 of 10 (20 %)</li>"));
  BOOST_TEST(has(page, "<td class=\"sum\">70</td>"));
  BOOST_TEST(has(page, "ECE 6.2 %"));
  BOOST_TEST(has(page, "<td>33.3 to 66.7</td><td>8</td><td>40.0</td><td>37.5</td>"));
  BOOST_TEST(has(page, "before: fish <span class=\"mark\">✗ wrong</span>"));
  BOOST_TEST(has(page, "after: boat <span class=\"mark\">✓ right</span>"));
  BOOST_TEST(has(page, "<td>1</td><td>2</td><td>50.0</td><td>80.0</td><td>30.0</td>"));
}

BOOST_AUTO_TEST_CASE(pictures_are_inside_and_a_decoder_reads_them_back) {
  const std::string page = html(full_page());
  const std::string begin = "src=\"data:image/png;base64,";
  const std::size_t from = page.find(begin) + begin.size();
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int held = 0;
  for (std::size_t at = from; page[at] != '"' && page[at] != '='; ++at) {
    bits = (bits << 6) | static_cast<unsigned>(letters.find(page[at]));
    held += 6;
    if (held >= 8) bytes += static_cast<char>((bits >> (held -= 8)) & 255U);
  }
  BOOST_TEST((fewclip::images::decode_image(std::as_bytes(std::span(bytes)), "inside", {}) == square(200)));
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_named) {
  content scores = full_page();
  scores.tasks[0].methods[1].scores.resize(3);
  BOOST_CHECK_EXCEPTION(html(scores), fewclip::shape_error, [](const auto& failure) {
    return std::string(failure.what()) == "program::page::html: scores of ape on outline: expected 2, got 3";
  });
  content counts = full_page();
  counts.confusions[0].counts.pop_back();
  BOOST_CHECK_THROW(html(counts), fewclip::shape_error);
  content weights = full_page();
  weights.attention[0].after.pop_back();
  BOOST_CHECK_THROW(html(weights), fewclip::shape_error);
  content bins = full_page();
  bins.reliability[0].bins.clear();
  BOOST_CHECK_THROW(html(bins), fewclip::shape_error);
}
