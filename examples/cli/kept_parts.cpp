#include "kept_parts.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fewclip/core/error.hpp>
#include <fewclip/io/atomic_file.hpp>
#include <fewclip/io/json.hpp>
#include <fewclip/io/safetensors.hpp>
#include <fewclip/io/safetensors_checksum.hpp>
#include <fewclip/io/safetensors_writer.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "notes.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;
using fewclip::runtime::unreadable_image;

bool is_regular_and_no_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// A file of this user: where others may write to the folder, they may put parts there whose identity and checksum hold.
bool is_own_file(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
}

bool is_there(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

/// Every position of the range once, those of images and of unreadable ones rising.
bool covers(const part_rows& rows, const part_range& range) {
  const std::size_t count = range.last - range.first;
  if (rows.items.size() > count || rows.failed.size() != count - rows.items.size()) return false;
  std::size_t item = 0;
  std::size_t failed = 0;
  for (std::size_t position = range.first; position < range.last; ++position) {
    if (item < rows.items.size() && rows.items[item] == position) {
      ++item;
    } else if (failed < rows.failed.size() && rows.failed[failed].item == position) {
      ++failed;
    } else {
      return false;
    }
  }
  return true;
}

part_rows read_rows(const fewclip::io::safetensors_file& file) {
  part_rows out;
  out.features = file.read<float>("features");
  for (const std::int64_t item : file.read<std::int64_t>("items")) out.items.push_back(static_cast<std::size_t>(item));
  const auto text = [&](const char* key) { return fewclip::io::parse_json(file.metadata().at(key), file.path(), key); };
  const auto counts = text("pictures");
  out.counts = {counts.at(0).get<std::size_t>(), counts.at(1).get<std::size_t>()};
  for (const auto& each : text("unreadable")) {
    out.failed.push_back({each.at(0).get<std::size_t>(), each.at(1).get<std::string>()});
  }
  return out;
}

}  // namespace

kept_parts::kept_parts(const std::string& out) : folder_(out + ".parts") {
  struct stat status {};
  if (::lstat(folder_.c_str(), &status) != 0) return;
  const auto refuse = [&](const char* expected, const char* got) {
    throw fewclip::io_error(fewclip::expected_got(folder_, "folder of finished parts", expected, got));
  };
  if (S_ISLNK(status.st_mode)) refuse("a folder or nothing", "a link, which is not followed");
  if (!S_ISDIR(status.st_mode)) refuse("a folder or nothing", "something else");
}

std::string kept_parts::path_of(const std::string& prefix, const part_range& range, const std::string& identity) const {
  char number[32];
  std::snprintf(number, sizeof number, "-%09zu-", range.first);
  return folder_ + "/" + prefix + number + identity.substr(0, 16) + ".safetensors";
}

std::optional<part_rows> kept_parts::read(const std::string& prefix, const part_range& range, const std::string& identity,
                                          const part_shape& shape) {
  const std::string path = path_of(prefix, range, identity);
  if (!is_own_file(path)) return std::nullopt;
  try {
    const fewclip::io::safetensors_file file(path);
    const auto& texts = file.metadata();
    const auto found = texts.find("identity");
    if (found == texts.end() || found->second != identity || texts.count(fewclip::io::checksum_key) == 0) return std::nullopt;
    fewclip::io::check_checksum(file);
    part_rows out = read_rows(file);
    if (!covers(out, range)) return std::nullopt;
    if (file.info("features").shape != std::vector<std::size_t>{out.items.size() * shape.rows_per_image, shape.width}) return std::nullopt;
    own_.insert(path);
    return out;
  } catch (const std::exception&) {
    return std::nullopt;  // damaged: it is computed again
  }
}

bool kept_parts::may_have(const std::string& prefix, const part_range& range, const std::string& identity) const {
  return is_there(path_of(prefix, range, identity));
}

void kept_parts::make_folder() const {
  if (::mkdir(folder_.c_str(), 0700) == 0) return;
  if (errno != EEXIST) {
    throw fewclip::io_error(
        fewclip::expected_got(folder_, "creating the folder of finished parts", "success", std::generic_category().message(errno)));
  }
  struct stat status {};
  if (::lstat(folder_.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return;
  throw fewclip::io_error(fewclip::expected_got(folder_, "folder of finished parts", "a folder", "something else"));
}

void kept_parts::write(const std::string& prefix, const part_range& range, const std::string& identity, const part_shape& shape,
                       const part_rows& rows) {
  make_folder();
  const std::string path = path_of(prefix, range, identity);
  if (is_there(path) && !is_regular_and_no_link(path)) {
    throw fewclip::io_error(fewclip::expected_got(path, "part", "a file or nothing", "a link or something else"));
  }
  fewclip::io::safetensors_writer out;
  out.add("features", {rows.items.size() * shape.rows_per_image, shape.width}, rows.features);
  out.add("items", {rows.items.size()}, std::vector<std::int64_t>(rows.items.begin(), rows.items.end()));
  nlohmann::json failed = nlohmann::json::array();
  for (const unreadable_image& each : rows.failed) failed.push_back({each.item, each.reason});
  out.metadata("pictures", nlohmann::json({rows.counts.transparent, rows.counts.turned}).dump());
  out.metadata("identity", identity);
  out.metadata("unreadable", failed.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  out.add_checksum();
  out.write(path);
  own_.insert(path);
}

void kept_parts::remove() {
  if (own_.empty()) return;
  std::error_code ignored;
  for (const std::string& path : own_) {
    if (is_regular_and_no_link(path)) fs::remove(path, ignored);
  }
  own_.clear();
  struct stat status {};
  if (::lstat(folder_.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return;
  std::size_t left = 0;
  std::error_code failure;
  for (fs::directory_iterator at(folder_, failure); !failure && at != fs::directory_iterator(); at.increment(failure)) {
    const std::string path = at->path().string();
    if (!fewclip::io::remove_abandoned(path)) ++left;
  }
  if (left > 0) {
    note(folder_ + ": " + std::to_string(left) +
         (left == 1 ? " entry that this run did not make is" : " entries that this run did not make are") + " left there");
  } else {
    fs::remove(folder_, ignored);
  }
}

}  // namespace program
