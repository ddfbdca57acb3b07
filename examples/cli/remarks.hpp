#pragma once

// What a user should know about labels, files and trainings and would not see otherwise: one sentence each.

#include <fewclip/data/image_list.hpp>
#include <string>
#include <vector>

#include "plan.hpp"
#include "report.hpp"

namespace program {

/// Says how many files of class folders are no images, by ending.
void say_other_files(const fewclip::data::image_list& list);

/// Says which keys of a file no class has.
void say_unused_keys(const std::string& path, const std::vector<std::string>& keys);

/// Says which classes each of the lists lacks. Empty lists lack nothing.
void say_missing_classes(const fewclip::data::image_list& list);

/// Of classes that the list has images of, those that no image could be read of; `readable` are the labels of what was read.
void say_unreadable_classes(const fewclip::data::image_list& list, const std::string& split,
                            const std::vector<fewclip::data::image_item>& items, const std::vector<std::int64_t>& readable);

/// Refuses classes whose text rows are equal, because the CLIP reads the same in their names: `&` and `&amp;`, two kinds of quotes, texts that are cut.
/// \param rows [classes, width], unit rows; may be empty
/// Throws fewclip::value_error naming two of them; `where` begins the message.
void require_different_texts(const std::vector<float>& rows, const std::vector<std::string>& names, const std::string& where);

/// Of a comparison before it runs: rows that were normalised, numbers of shots that are left out, classes that train, val or test lacks, classes
/// with fewer rows than shots, classes whose names or text rows are one text to a CLIP.
std::vector<std::string> remarks_on_features(const feature_table& table, const plan& made, const compare_options& options);

/// Trainings that did not converge, stopped early or ended with a loss that is no number, and searches that found all candidates alike.
std::vector<std::string> remarks_on_runs(const plan& made, const std::vector<finished_run>& runs);

/// What the searches noted, for the table alone.
std::vector<std::string> notes_of_searches(const plan& made, const std::vector<finished_run>& runs);

/// The same of one fit, on stderr.
void say_training(const std::string& method, const fitted& from);

/// A line with what the search of a fit has chosen; nothing where there was none.
std::string choice_of(const planned_method& method, const fitted& from);

}  // namespace program
