#pragma once

// Everything that the program says on stderr, and texts of others on the terminal.

#include <exception>
#include <string>
#include <string_view>

namespace program {

/// The text with "?" for control characters, marks that turn the direction of writing, and bytes that are not UTF-8. Whatever comes from a file or
/// the command line and is printed goes through here.
std::string printable(std::string_view text);

/// The same, but for the ends of lines.
std::string printable_lines(std::string_view text);

/// What notes begin with; "fewclip" at first.
void notes_are_from(std::string name);

/// One line on stderr: "fewclip: TEXT", printable, without the names of the library's parts.
void note(std::string_view text);

/// What is said of an exception: its text, or for one of the file system "PATH: file system: expected success, got REASON".
std::string sentence_of(const std::exception& problem);

}  // namespace program
