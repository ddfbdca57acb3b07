#pragma once
/// \file
/// Reading the parts of a vocabulary from the bytes of its files.

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/io/json.hpp"
#include "fewclip/io/mapped_file.hpp"
#include "fewclip/tokenizer/vocabulary.hpp"

namespace fewclip::tokenizer::detail {

inline std::string text_of_file(const std::string& path) {
  const io::mapped_file file(path);
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

/// The content of a gzip file, checked by its own checksum.
inline std::string text_of_gzip(const std::string& path) {
  constexpr std::size_t most = std::size_t{1} << 26;  // CLIP's is 3.2 MB
  const io::mapped_file file(path);
  const auto bytes = file.bytes();
  if (bytes.size() > most) throw io_error(expected_got(path, "size", "at most 64 MiB", std::to_string(bytes.size()) + " bytes"));
  z_stream stream{};
  constexpr int gzip_only = 16 + MAX_WBITS;
  if (inflateInit2(&stream, gzip_only) != Z_OK) throw io_error(expected_got(path, "zlib", "memory", "none"));
  const std::unique_ptr<z_stream, int (*)(z_stream*)> owner(&stream, inflateEnd);
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::vector<char> block(std::size_t{1} << 18);
  for (int state = Z_OK; state != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) {
      const std::string reason = state == Z_BUF_ERROR ? "it is cut off" : stream.msg != nullptr ? stream.msg : "other bytes";
      throw io_error(expected_got(path, "content", "gzip data", reason));
    }
    out.append(block.data(), block.size() - stream.avail_out);
    if (out.size() > most) throw io_error(expected_got(path, "unpacked size", "at most 64 MiB", "more"));
  }
  return out;
}

/// The merges below the header line.
/// \param text the file
/// \param where its name
/// \param may_go_on whether lines behind the last merge of CLIP are ignored (the gz file goes on) or refused
inline std::vector<merge_pair> merges_of_lines(std::string_view text, const std::string& where, bool may_go_on) {
  const auto line_from = [&](std::size_t at) { return text.substr(at, std::min(text.find('\n', at), text.size()) - at); };
  const std::string_view header = line_from(0);
  if (header.find("#version") == std::string_view::npos) throw io_error(expected_got(where, "line 1", "a header with #version", "none"));
  std::vector<merge_pair> out;
  for (std::size_t at = header.size() + 1; at < text.size();) {
    const std::string_view line = line_from(at);
    const std::string number = "line " + std::to_string(out.size() + 2);
    if (!line.empty() && line.back() == '\r')
      throw io_error(expected_got(where, number, "a line feed at the end", "carriage return and line feed"));
    if (out.size() == vocabulary::clip_merges) {
      if (may_go_on) break;
      throw io_error(
          expected_got(where, "merges", std::to_string(vocabulary::clip_merges) + " (other vocabularies need a tokenizer.json)", "more"));
    }
    auto pair = vocabulary::split_merge(line);
    if (!pair) throw io_error(expected_got(where, number, "two tokens with one space between them", readable_name(line)));
    out.push_back(std::move(*pair));
    at += line.size() + 1;
  }
  if (out.size() != vocabulary::clip_merges) {
    throw io_error(expected_got(where, "merges", std::to_string(vocabulary::clip_merges) + " (other vocabularies need a tokenizer.json)",
                                std::to_string(out.size())));
  }
  return out;
}

/// Without a table to compare with, the ends of the list tell a file that was cut or belongs to another model.
inline void check_ends_of_clip(const std::vector<merge_pair>& merges, const std::string& where) {
  const auto check = [&](const char* which, const merge_pair& got, const merge_pair& expected) {
    if (got == expected) return;
    throw io_error(
        expected_got(where, which, readable_name(expected.first + " " + expected.second), readable_name(got.first + " " + got.second)));
  };
  check("first merge", merges.front(), {"i", "n"});
  check("last merge", merges.back(), {"jeky", "ll</w>"});
}

/// The tokens of an object token -> id, by id.
inline std::vector<std::string> tokens_of_table(const nlohmann::json& table, const std::string& where) {
  if (!table.is_object()) throw io_error(expected_got(where, "vocabulary", "an object of tokens and ids", table.type_name()));
  std::vector<std::string> out(table.size());
  std::vector<bool> taken(table.size(), false);
  for (const auto& [token, id] : table.items()) {
    const bool fits =
        id.is_number_integer() && id.get<std::int64_t>() >= 0 && id.get<std::int64_t>() < static_cast<std::int64_t>(out.size());
    if (!fits) {
      throw io_error(expected_got(where, "id of " + readable_name(token),
                                  "0 to " + std::to_string(out.size() - 1) + ", the number of tokens less one",
                                  readable_text(id.dump(), 40)));
    }
    const auto at = id.get<std::size_t>();
    if (taken[at])
      throw io_error(expected_got(where, "id " + std::to_string(at), "one token", readable_name(out[at]) + " and " + readable_name(token)));
    taken[at] = true;
    out[at] = token;
  }
  return out;
}

/// Compares the numbering that follows from the merges with a vocab.json, and takes the names of start and end from it, which may be open_clip's.
inline void check_numbering(vocabulary_parts& parts, const std::string& path) {
  const std::vector<std::string> tokens = tokens_of_table(io::read_json(path), path);
  if (tokens.size() != parts.tokens.size()) {
    throw io_error(
        expected_got(path, "tokens", std::to_string(parts.tokens.size()) + ", as the merges give", std::to_string(tokens.size())));
  }
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    if (tokens[id] == parts.tokens[id]) continue;
    if (id + 2 == tokens.size() && tokens[id] == "<start_of_text>") {
      parts.tokens[id] = parts.specials.start = tokens[id];
      continue;
    }
    if (id + 1 == tokens.size() && tokens[id] == "<end_of_text>") {
      parts.tokens[id] = parts.specials.end = tokens[id];
      continue;
    }
    throw io_error(expected_got(path, "id " + std::to_string(id), readable_name(parts.tokens[id]) + ", as the merges give",
                                readable_name(tokens[id])));
  }
}

}  // namespace fewclip::tokenizer::detail
