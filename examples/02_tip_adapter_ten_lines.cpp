#include <Eigen/Dense>
#include <fewclip/methods/tip_adapter.hpp>
#include <iostream>

using rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

int main() {
  const rows text = rows::Identity(3, 8);                                                     // [classes, dim], one text feature per class
  const rows support = (text.replicate(2, 1) * 3 + rows::Ones(6, 8)).rowwise().normalized();  // [rows, dim], unit rows
  const std::vector<int> labels = {0, 1, 2, 0, 1, 2};                                         // [rows]
  const rows queries = (text * 2 + rows::Ones(3, 8)).rowwise().normalized();
  const fewclip::methods::tip_adapter<> classifier({text}, {support, {labels, 3}});  // fits; borrows the memory, no copies
  for (const int label : classifier.predict(queries)) std::cout << label << '\n';
}
