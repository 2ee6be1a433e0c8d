// Statements, and calls of them with arguments.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vecext::gateway {

/// A statement that a connection prepares once, at its first call. It lives as long as the program.
struct Statement {
  const char* name;
  const char* text;
  int text_parameters = 0;  // so many parameters are of type text, whatever they are used as
  bool may_change_session = false;  // it may leave settings, locks or more, which outlive it
};

/// The oids of a type, and of the type of its arrays.
struct TypeOids {
  Oid type;
  Oid array;
};

/// The type of the elements of an array argument. The server gets its oids, so a statement needs no
/// cast, which would look up a name. It lives as long as the program.
struct ElementType {
  TypeOids oids;       // 0 if the database decides them
  const char* lookup;  // a statement that returns them then
};

/// The arguments of a call, in the order of $1, $2, …
class Arguments {
 public:
  Arguments& text(std::string_view value);
  /// Adds the text of a JSON value, of type jsonb.
  Arguments& json(std::string_view value);
  Arguments& int32(std::int32_t value);
  Arguments& boolean(bool value);
  Arguments& null();
  /// Adds an array of `count` elements, of which `elements` has each behind its length in four
  /// bytes, the highest first; the length -1 is a null.
  Arguments& array(const ElementType& type, int count, std::string_view elements);

  /// An array argument, and where in the bytes the type of its elements stands.
  struct Array {
    const ElementType* type;
    int argument;
    std::size_t at;
  };
  const std::vector<Array>& arrays() const { return arrays_; }
  void set_type(const Array& array, TypeOids oids);

  /// Returns the types of the arguments. They are 0 where the statement decides them.
  const std::vector<Oid>& types() const { return types_; }
  int size() const { return static_cast<int>(ends_.size()); }
  /// Returns the bytes of the argument, or null if it is null. They stay valid until another
  /// argument is added.
  const char* value(int i) const;
  int length(int i) const;

 private:
  struct End {
    std::size_t at;
    bool is_null;
  };
  Arguments& close(bool is_null = false);
  std::size_t begin(int i) const { return i == 0 ? 0 : ends_[static_cast<std::size_t>(i) - 1].at; }

  std::string bytes_;  // of all arguments, one behind the other
  std::vector<End> ends_;
  std::vector<Oid> types_;
  std::vector<Array> arrays_;
};

/// A call of a statement.
struct Call {
  const Statement* statement;
  Arguments arguments;
};

}  // namespace vecext::gateway
