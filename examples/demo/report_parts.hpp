#pragma once

// What the files of the report share; nothing outside them includes this.

#include <string>
#include <string_view>

#include "report_page.hpp"

namespace program::page {

// --- text, in report_text.cpp

/// For text and for attributes in double quotes.
std::string escaped(std::string_view text);
/// A number with that many digits after the point.
std::string fixed(double value, int digits);
/// A share in percent with one digit; a dash where it is not a number.
std::string percent(double share);
/// "61.2 ± 0.8", in percent.
std::string percent_with_deviation(const score& of);
/// Seconds with two digits that matter.
std::string seconds(double value);
/// A whole number in groups of three digits.
std::string grouped(std::int64_t value);
/// A picture as a data: address.
std::string picture_address(const fewclip::image& picture);
/// A table that scrolls sideways where it is wider than the page.
std::string scrolling(const std::string& label, const std::string& table);
/// A figure: title, how to read it, what is drawn, the numbers as a table.
std::string figure(const std::string& title, const std::string& how_to_read, const std::string& body, const std::string& numbers);
/// A table with a head and rows of texts that are escaped already; the first of a row is its head.
std::string plain_table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows);
/// Refuses a vector of the wrong length.
void check_length(const std::string& what, std::size_t expected, std::size_t got);

extern const char* const style;  // in report_style.cpp

// --- results, in report_tables.cpp

/// The score at one position of content::shots; methods without shots have one for all.
const score& score_at(const method_results& of, std::size_t shot);
/// Whether the method has one score for all shots.
bool uses_no_shots(const method_results& of, std::size_t shots);
/// Mean over tasks of each method that all tasks have; its deviation is the root of the mean square of theirs.
task_results mean_over_tasks(const std::vector<task_results>& tasks, std::size_t shots);
/// The families in the order in which they appear, without zero_shot.
std::vector<std::string> families_of(const task_results& of);
/// Accuracies and deviations alone.
std::string scores_table(const task_results& of, const content& all);

// --- sections; each is one <section>, or nothing

std::string results_section(const content& all);
std::string accuracy_chart_section(const content& all);
std::string attention_section(const content& all);
std::string reliability_section(const content& all);
std::string confusion_section(const content& all);
std::string examples_section(const content& all);

}  // namespace program::page
