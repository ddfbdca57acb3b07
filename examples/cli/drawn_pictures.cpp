#include "drawn_pictures.hpp"

#include <fewclip/data/few_shot_sampling.hpp>
#include <fewclip/images/decode.hpp>
#include <string_view>

namespace program {

using fewclip::data::image_item;

namespace {

using fewclip::label;

std::set<label> classes_of(const std::vector<image_item>& items) {
  std::set<label> out;
  for (const image_item& each : items) out.insert(each.label);
  return out;
}

[[noreturn]] void refuse_class(const fewclip::data::image_list& list, label which, const std::string& split) {
  const std::string folder = "class folder '" + list.class_ids[static_cast<std::size_t>(which)] + "'";
  throw fewclip::io_error(
      fewclip::expected_got(list.root, list.val.empty() ? folder : folder + " in " + split, "at least one image that can be read", "none"));
}

}  // namespace

void require_every_class(const fewclip::data::image_list& list, const std::vector<image_item>& items) {
  const std::vector<label> missing = fewclip::data::classes_without(list, items);
  if (!missing.empty()) refuse_class(list, missing.front(), "train");
}

read_split drawn_pictures::read(std::vector<image_item> from, const char* what, const draw& take) {
  read_split out{fewclip::data::items_at(from, take(from)), {}};
  picture_rows found = rows_of(out.items, what);
  if (!found.failed.empty()) {
    const std::set<label> before = classes_of(from);
    std::set<std::string> bad;
    for (const auto& each : found.failed) {
      bad.insert(out.items[each.item].path);
      failed_.push_back(each);
    }
    for (const std::size_t item : found.items) known_readable_.insert(fewclip::data::file_of(list_, out.items[item]));
    found = {};
    std::erase_if(from, [&bad](const image_item& each) { return bad.count(each.path) != 0; });
    require_no_loss(before, from, what);
    out.items = readable(std::move(from), take, what);
    found = rows_of(out.items, what);
  }
  if (!found.failed.empty()) throw fewclip::io_error(found.failed.front().reason);
  out.table.stored = std::move(found.rows);
  counts_.add(found.counts);
  for (const image_item& each : out.items) out.table.labels.push_back(each.label);
  return out;
}

picture_rows drawn_pictures::rows_of(const std::vector<image_item>& items, const char* what) const {
  picture_job job = job_;
  for (const image_item& each : items) job.paths.push_back(fewclip::data::file_of(list_, each));
  job.what = what;
  return read_pictures(model_, job);
}

/// By decoding what a draw takes, until all of a draw can be read.
std::vector<image_item> drawn_pictures::readable(std::vector<image_item> from, const draw& take, const char* what) {
  const std::set<label> before = classes_of(from);
  for (;;) {
    std::vector<image_item> drawn = fewclip::data::items_at(from, take(from));
    std::set<std::string> bad;
    for (const image_item& each : drawn) {
      const std::string path = fewclip::data::file_of(list_, each);
      if (known_readable_.count(path) != 0) continue;
      try {
        fewclip::images::decode_options limits;
        job_.pictures.limit(limits);
        fewclip::images::decode_image(path, limits);
        known_readable_.insert(path);
      } catch (const fewclip::error& problem) {
        if (job_.strict) throw;
        bad.insert(each.path);
        failed_.push_back({failed_.size(), problem.what()});
      }
    }
    if (bad.empty()) return drawn;
    std::erase_if(from, [&bad](const image_item& each) { return bad.count(each.path) != 0; });
    require_no_loss(before, from, what);
  }
}

void drawn_pictures::require_no_loss(const std::set<label>& before, const std::vector<image_item>& now, const char* what) const {
  const std::set<label> left = classes_of(now);
  for (const label each : before) {
    if (left.count(each) == 0) refuse_class(list_, each, what == std::string_view("validation") ? "val" : "train");
  }
}

}  // namespace program
