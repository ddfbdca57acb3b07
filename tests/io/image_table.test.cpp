#include "fewclip/io/image_table.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "scratch.hpp"

namespace data = fewclip::data;
using fewclip::io::image_table_columns;
using fewclip::io::read_image_table;
using items = std::vector<data::image_item>;
using texts = std::vector<std::string>;

namespace {

data::image_list read(const std::string& text, const image_table_columns& columns = {}) {
  const scratch::directory here;
  scratch::write_text(here.file("t.csv"), text);
  return read_image_table(here.file("t.csv"), "/r", columns);
}

std::string refusal(const std::string& text, const image_table_columns& columns = {}) {
  const scratch::directory here;
  const std::string path = here.file("t.csv");
  scratch::write_text(path, text);
  const std::string message = scratch::message_of<fewclip::io_error>([&] { (void)read_image_table(path, "/r", columns); });
  return message.starts_with(path) ? message.substr(path.size()) : "<another file> " + message;
}

}  // namespace

BOOST_AUTO_TEST_CASE(class_names_alone_are_numbered_in_byte_wise_order) {
  const auto list = read("filepath\ttitle\nb/1.jpg\tbig_cat\na/1.jpg\tZebra\nb/2.jpg\tbig_cat\n");
  BOOST_TEST((list.class_ids == texts{"Zebra", "big_cat"}));
  BOOST_TEST((list.class_names == texts{"Zebra", "big cat"}));
  BOOST_TEST((list.train == items{{"b/1.jpg", 1}, {"a/1.jpg", 0}, {"b/2.jpg", 1}}));
  BOOST_TEST(list.root == "/r");
}

BOOST_AUTO_TEST_CASE(labels_alone_have_no_prompt_names) {
  const auto list = read("label,filepath,note\n1,b.jpg,x\n0,a.jpg,\n");
  BOOST_TEST((list.train == items{{"b.jpg", 1}, {"a.jpg", 0}}));
  BOOST_TEST((list.class_ids == texts{"0", "1"}));
  BOOST_TEST(list.class_names.empty());
}

BOOST_AUTO_TEST_CASE(labels_and_names_together_keep_the_numbers) {
  const auto list = read("filepath,label,class_name\nb.jpg,1,ant\na.jpg,0,bee\n");
  BOOST_TEST((list.train == items{{"b.jpg", 1}, {"a.jpg", 0}}));
  BOOST_TEST((list.class_ids == texts{"bee", "ant"}));
}

BOOST_AUTO_TEST_CASE(a_column_of_splits_sorts_the_rows_into_lists) {
  const auto list = read("path,classname,split\n1,x,test\n2,x,train\n3,x,val\n4,x,train\n");
  BOOST_TEST((list.train == items{{"2", 0}, {"4", 0}}));
  BOOST_TEST((list.val == items{{"3", 0}}));
  BOOST_TEST((list.test == items{{"1", 0}}));
}

BOOST_AUTO_TEST_CASE(splits_may_be_called_as_other_programs_call_them) {
  const auto list = read("path,classname,split\n1,x,Test\n2,x,training\n3,x,validation\n");
  BOOST_TEST((list.train == items{{"2", 0}}));
  BOOST_TEST((list.val == items{{"3", 0}}));
  BOOST_TEST((list.test == items{{"1", 0}}));
}

BOOST_AUTO_TEST_CASE(names_in_two_forms_of_unicode_are_one_class_and_names_that_differ_in_case_are_refused) {
  const auto list = read("path,classname\n1,caf\xC3\xA9\n2,cafe\xCC\x81\n3,bar\n");
  BOOST_TEST((list.class_ids == texts{"bar", "caf\xC3\xA9"}));
  BOOST_TEST((list.train == items{{"1", 1}, {"2", 1}, {"3", 0}}));
  BOOST_TEST((read("path,label,classname\n1,0,caf\xC3\xA9\n2,0,cafe\xCC\x81\n").class_ids == texts{"caf\xC3\xA9"}));
  BOOST_TEST(refusal("path,classname\n1,Cat\n2,cat\n") ==
             ": class names: expected names that differ in more than case, white space and `_`, got `Cat` (class 0, in train) and `cat` "
             "(class 1, in train)");
  BOOST_TEST(refusal("path,label,classname\n1,0,caf\xC3\xA9\n2,1,cafe\xCC\x81\n")
                 .starts_with(": class names: expected names that differ in more than"));
}

BOOST_AUTO_TEST_CASE(other_headings_can_be_asked_for) {
  const auto list = read("img,y,name,fold\na,0,x,test\n", {.path = "img", .label = "y", .class_name = "name", .split = "fold"});
  BOOST_TEST((list.test == items{{"a", 0}}));
  BOOST_TEST((list.class_ids == texts{"x"}));
  BOOST_TEST(refusal("filepath,label\na,0\n", {.path = "image"}) == ": heading: expected a column `image`, got `filepath`, `label`");
}

BOOST_AUTO_TEST_CASE(quotes_marks_and_line_ends_are_those_of_spreadsheets) {
  const auto list = read("\xEF\xBB\xBF\"filepath\",title\r\n\"a,b.jpg\",\"the \"\"big\"\" one\"\r\n\r\n\"two\nlines.jpg\",x");
  BOOST_TEST((list.train == items{{"a,b.jpg", 0}, {"two\nlines.jpg", 1}}));
  BOOST_TEST((list.class_ids == texts{"the \"big\" one", "x"}));
}

BOOST_AUTO_TEST_CASE(a_table_with_tabs_may_hold_commas) {
  BOOST_TEST((read("filepath\ttitle\na,b.jpg\tx, y\n").class_ids == texts{"x, y"}));
}

BOOST_AUTO_TEST_CASE(defects_are_named_with_their_line) {
  BOOST_TEST(refusal("") == ": content: expected a heading, got an empty file");
  BOOST_TEST(refusal("a,b\n1,2\n") == ": heading: expected a column `filepath`, got `a`, `b`");
  BOOST_TEST(refusal("a,b,c,d,e,f,g\n") == ": heading: expected a column `filepath`, got `a`, `b`, `c`, `d`, `e` and 2 more");
  BOOST_TEST(refusal("filepath,b\n1,2\n") == ": heading: expected a column `label` or `class_name`, got `filepath`, `b`");
  BOOST_TEST(refusal("filepath,label\na,0\nb\n") == ": line 3, fields: expected 2 as in the heading, got 1");
  BOOST_TEST(refusal("filepath,title\na,x,y\n") == ": line 2, fields: expected 2 as in the heading, got 3");
  BOOST_TEST(refusal("filepath,label\n\"x\ny\",0\n,0\n") == ": line 4, path: expected a path, got an empty field");
  BOOST_TEST(refusal("filepath,label\na,cat\n") ==
             ": line 2, label: expected a whole number (names belong to a column `class_name`), got `cat`");
  BOOST_TEST(refusal("filepath,label\na,0 \n") ==
             ": line 2, label: expected a whole number (names belong to a column `class_name`), got `0 `");
  BOOST_TEST(refusal("filepath,label\na,-1\n") == ": line 2, label: expected a number >= 0 of 31 bits, got -1");
  BOOST_TEST(refusal("filepath,label\na,0\nb,2\n") == ": labels: expected 0..classes-1 without gaps, got label 2 (line 3) but no label 1");
  BOOST_TEST(refusal("filepath,label,title\na,0,x\nb,0,y\n") == ": line 3, class name of label 0: expected `x` as in line 2, got `y`");
  BOOST_TEST(refusal("filepath,title,split\na,x,eval\n") == ": line 2, split: expected train, val or test, got `eval`");
  BOOST_TEST(refusal("filepath,title\na,x_y\nb,x y\n") ==
             ": class names: expected names that differ in more than case, white space and `_`, got `x y` (class 0, in train) and `x_y` "
             "(class 1, in train)");
  BOOST_TEST(refusal("filepath,title\na, \n") == ": name of class 0: expected a text, got an empty one");
  BOOST_TEST(refusal("filepath,title\n") == ": images: expected at least one, got none");
}

BOOST_AUTO_TEST_CASE(a_path_that_leads_out_of_the_folder_is_refused_with_its_line) {
  const std::string head = "filepath,label\na/1.jpg,0\n";
  const std::string start = ": line 3, path: expected a path below the image folder, got ";
  BOOST_TEST(refusal(head + "../b.jpg,0\n") == start + "`../b.jpg`, which leads out of it");
  BOOST_TEST(refusal(head + "/etc/passwd,0\n") == start + "`/etc/passwd`, an absolute path");
  BOOST_TEST(refusal(head + ".,0\n") == start + "`.`, which is the folder itself");
}

BOOST_AUTO_TEST_CASE(an_absolute_path_that_leads_below_the_folder_is_one_below_it) {
  BOOST_TEST(
      (read("filepath,label\n/r/a/1.jpg,0\n/r//b/2.jpg,0\nc/3.jpg,0\n").train == items{{"a/1.jpg", 0}, {"b/2.jpg", 0}, {"c/3.jpg", 0}}));
  const std::string start = ": line 2, path: expected a path below the image folder, got ";
  for (const std::string path : {"/r", "/r/", "/r/.", "/rest/1.jpg", "/r/../etc/passwd", "/etc/r/1.jpg"}) {
    BOOST_TEST(refusal("filepath,label\n" + path + ",0\n") == start + "`" + path + "`, an absolute path");
  }
}

BOOST_AUTO_TEST_CASE(absolute_paths_are_followed_through_links_and_relative_folders) {
  const scratch::directory here;
  std::filesystem::create_directories(here.file("real/cat"));
  std::filesystem::create_directories(here.file("elsewhere"));
  std::filesystem::create_directory_symlink(here.file("real"), here.file("link"));
  std::filesystem::create_directory_symlink(here.file("elsewhere"), here.file("real/far"));
  const auto paths = [&](const std::string& root, const std::string& path) {
    scratch::write_text(here.file("t.csv"), "filepath,label\n" + here.file(path) + ",0\n");
    return read_image_table(here.file("t.csv"), root).train.at(0).path;
  };
  for (const std::string root : {"real", "real/", "link", "elsewhere/../real"}) {
    for (const std::string path : {"real/cat/1.jpg", "link/cat/1.jpg", "link/../real/cat/1.jpg"}) {
      BOOST_TEST(paths(here.file(root), path) == "cat/1.jpg", root << ", " << path);
    }
  }
  BOOST_TEST(paths(std::filesystem::relative(here.file("real")).string(), "real/cat/1.jpg") == "cat/1.jpg");
  BOOST_TEST(paths(here.file("real"), "real/far/1.jpg") == "far/1.jpg");  // as the relative path
  BOOST_CHECK_THROW(paths(here.file("real"), "elsewhere/1.jpg"), fewclip::io_error);
  BOOST_CHECK_THROW(paths(here.file("link"), "link/../1.jpg"), fewclip::io_error);
  std::filesystem::create_directories(here.file("x"));
  std::filesystem::create_directories(here.file("real/x"));
  BOOST_TEST(paths(here.file("real/far/../x"), "x/1.jpg") == "1.jpg");
  BOOST_CHECK_THROW(paths(here.file("real/far/../x"), "real/x/1.jpg"), fewclip::io_error);
}

BOOST_AUTO_TEST_CASE(tables_are_known_by_their_names) {
  for (const char* const name : {"a.csv", "b/a.TSV", "a.Csv", ".csv"}) BOOST_TEST(fewclip::io::is_image_table_name(name));
  for (const char* const name : {"a.json", "csv", "a.csv/split", "a.csv.gz", ""}) BOOST_TEST(!fewclip::io::is_image_table_name(name));
}

BOOST_AUTO_TEST_CASE(text_that_is_no_table_is_refused) {
  BOOST_TEST(refusal("filepath,title\n\"a,x\n") == ": line 2: expected a closing quote, got the end of the file");
  BOOST_TEST(
      refusal("filepath,title\n\"a\"b,x\n") ==
      ": line 2: expected a separator or the end of the line after a field, got more text after a closing quote or a carriage return");
  BOOST_TEST(refusal("filepath,title\na,\xFF\n") == ": content: expected UTF-8, got other bytes at byte 17");
}
