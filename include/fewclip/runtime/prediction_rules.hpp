#pragma once
/// \file
/// Whether a classifier file was fitted by the rules that its method predicts by now.

#include <functional>
#include <map>
#include <string>

#include "fewclip/core/error.hpp"
#include "fewclip/core/readable_text.hpp"
#include "fewclip/runtime/method.hpp"

namespace fewclip::runtime {

/// Compares the rules of a method, method_description::rules, with what a classifier file records among its facts. To be called before
/// method::restore, which is given numbers only: with another rule they give other predictions.
/// \param about the method of the file
/// \param facts io::classifier_file::facts
/// \param where begins the message, usually the path
/// \throws io_error naming the first rule that the file lacks, as those of older versions do, or has otherwise
inline void require_rules(const method_description& about, const std::map<std::string, std::string, std::less<>>& facts,
                          const std::string& where) {
  for (const auto& [name, rule] : about.rules) {
    const auto found = facts.find(name);
    if (found != facts.end() && found->second == rule) continue;
    const std::string got = found == facts.end() ? "none, so it is of an older version that predicted otherwise"
                                                 : readable_name(found->second) + ", by which this version does not predict";
    throw io_error(expected_got(where, "fact `" + name + "` of " + about.name, "`" + rule + "`", got + "; fit it again"));
  }
}

}  // namespace fewclip::runtime
