// The HDF5 C API, wrapped as far as four matrices and one string attribute need it.
#include "common/dataset.h"

#include <algorithm>
#include <cmath>
#include <hdf5.h>
#include <set>
#include <stdexcept>

namespace bench {
namespace {

/// An HDF5 identifier with its closing function.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
    if (id_ < 0) {
      throw std::runtime_error("HDF5: cannot open " + what);
    }
  }
  ~Handle() { close_(id_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

template <typename T>
Matrix<T> read_matrix(hid_t file, const char* name, hid_t type) {
  const Handle set(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose, name);
  const Handle space(H5Dget_space(set), H5Sclose, name);
  hsize_t shape[2];
  if (H5Sget_simple_extent_ndims(space) != 2 ||
      H5Sget_simple_extent_dims(space, shape, nullptr) != 2) {
    throw std::runtime_error(std::string("HDF5: not a matrix: ") + name);
  }
  Matrix<T> matrix{shape[0], shape[1], std::vector<T>(shape[0] * shape[1])};
  if (H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, matrix.values.data()) < 0) {
    throw std::runtime_error(std::string("HDF5: cannot read ") + name);
  }
  return matrix;
}

bool has(hid_t file, const std::string& name) {
  return H5Lexists(file, name.c_str(), H5P_DEFAULT) > 0;
}

/// A scalar string attribute, of fixed or of variable length.
std::string read_attribute(hid_t file, const char* name) {
  const Handle attribute(H5Aopen(file, name, H5P_DEFAULT), H5Aclose, name);
  const Handle type(H5Aget_type(attribute), H5Tclose, name);
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    if (H5Aread(attribute, type, &text) < 0) {
      throw std::runtime_error(std::string("HDF5: cannot read ") + name);
    }
    const std::string value(text);
    H5free_memory(text);
    return value;
  }
  std::string value(H5Tget_size(type), '\0');
  if (H5Aread(attribute, type, value.data()) < 0) {
    throw std::runtime_error(std::string("HDF5: cannot read ") + name);
  }
  return value.c_str();
}

}  // namespace

std::optional<Answers> read_answers(const std::string& path, const std::string& group) {
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, path);
  if (!has(file, group)) {
    return std::nullopt;
  }
  return Answers{read_matrix<std::int32_t>(file, (group + "/neighbors").c_str(), H5T_NATIVE_INT32),
                 read_matrix<float>(file, (group + "/distances").c_str(), H5T_NATIVE_FLOAT)};
}

std::vector<std::int32_t> read_labels(const std::string& path, const std::string& name) {
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, path);
  if (!has(file, name)) {
    return {};
  }
  const Handle set(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, name);
  const Handle space(H5Dget_space(set), H5Sclose, name);
  std::vector<std::int32_t> labels(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  if (H5Dread(set, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, labels.data()) < 0) {
    throw std::runtime_error("HDF5: cannot read " + name);
  }
  return labels;
}

Dataset read_dataset(const std::string& path) {
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, path);
  Dataset data;
  const std::string metric = read_attribute(file, "distance");
  if (metric != "angular" && metric != "euclidean") {
    throw std::runtime_error("unknown distance: " + metric);
  }
  data.metric = metric == "angular" ? Metric::kCosine : Metric::kEuclidean;
  data.base = read_matrix<float>(file, "train", H5T_NATIVE_FLOAT);
  data.queries = read_matrix<float>(file, "test", H5T_NATIVE_FLOAT);
  data.neighbors = read_matrix<std::int32_t>(file, "neighbors", H5T_NATIVE_INT32);
  data.distances = read_matrix<float>(file, "distances", H5T_NATIVE_FLOAT);
  if (data.base.columns != data.queries.columns || data.queries.rows != data.neighbors.rows ||
      data.neighbors.rows != data.distances.rows ||
      data.neighbors.columns != data.distances.columns) {
    throw std::runtime_error("shapes disagree in " + path);
  }
  return data;
}

std::string to_string(Metric metric) {
  return metric == Metric::kCosine ? "cosine" : metric == Metric::kInnerProduct ? "ip" : "l2";
}

double distance(Metric metric, std::span<const float> a, std::span<const float> b) {
  double product = 0, square_a = 0, square_b = 0, square_difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = b[i];
    product += x * y;
    square_a += x * x;
    square_b += y * y;
    square_difference += (x - y) * (x - y);
  }
  switch (metric) {
    case Metric::kCosine:
      return 1 - product / std::sqrt(square_a * square_b);
    case Metric::kInnerProduct:
      return -product;
    case Metric::kEuclidean:
      break;
  }
  return std::sqrt(square_difference);
}

Matrix<float> prepared(Metric metric, Matrix<float> matrix) {
  if (metric != Metric::kCosine) {
    return matrix;
  }
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    float* row = matrix.values.data() + i * matrix.columns;
    double square = 0;
    for (std::size_t j = 0; j < matrix.columns; ++j) {
      square += double{row[j]} * row[j];
    }
    const auto length = static_cast<float>(std::sqrt(square));
    for (std::size_t j = 0; j < matrix.columns; ++j) {
      row[j] /= length;
    }
  }
  return matrix;
}

double recall(const Dataset& data, std::size_t query, std::span<const std::int32_t> found,
              std::size_t k) {
  auto truth = data.neighbors.row(query).first(k);
  while (!truth.empty() && truth.back() < 0) {
    truth = truth.first(truth.size() - 1);
  }
  if (truth.empty()) {
    return 1;
  }
  const double last = data.distances.row(query)[truth.size() - 1];
  const double limit = last + 1e-6 * std::max(1.0, std::abs(last));
  const std::set<std::int32_t> distinct(found.begin(), found.end());
  const auto right = std::count_if(distinct.begin(), distinct.end(), [&](std::int32_t id) {
    if (std::find(truth.begin(), truth.end(), id) != truth.end()) {
      return true;
    }
    return distance(data.metric, data.queries.row(query),
                    data.base.row(static_cast<std::size_t>(id))) <= limit;
  });
  return static_cast<double>(right) / static_cast<double>(truth.size());
}

double mean_recall(const Dataset& data, const std::vector<std::vector<std::int32_t>>& found,
                   std::size_t k) {
  double sum = 0;
  for (std::size_t query = 0; query < data.queries.rows; ++query) {
    sum += recall(data, query, found[query], k);
  }
  return sum / static_cast<double>(data.queries.rows);
}

}  // namespace bench
