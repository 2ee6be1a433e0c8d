// Views of aliases: each is a view of the collection's table with the rights of the role that uses
// it.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pg_list.h"
}

namespace vecext::pg {

/// A view that has columns of the table and nothing else, as those that vecext makes.
struct PlainView {
  Oid oid;
  const char* alias;
  const char* name;     // with its schema, as a statement has it
  const char* columns;  // its SELECT list
  const char* options;  // null: none
  const char* owner;
  const char* comment;  // null: none
  List* grants;         // statements
};

/// Creates the view of an alias; what a role may do by it is what it may do with the table.
void create_alias_view(const char* view_name, Oid relid);

/// Points the view at a table, by another view if its columns do not fit.
void replace_alias_view(Oid view, Oid relid);

/// Drops the aliases of a collection and their views.
void drop_aliases(Oid relid);

/// Locks the names of a collection and of its aliases, which come before views and tables. Sessions
/// that change the same columns wait for each other by the name of the collection.
void lock_names(Oid relid);

/// Locks the views of the aliases of a collection and then its table, as readers do, against all
/// others.
void lock_views_and_table(Oid relid);

/// Returns the plain views of the aliases of a collection, whose names, views and table are locked.
/// Raises an ERROR 0A000 with the hint if the transaction has an older snapshot, which may show
/// other grants than those of now.
List* plain_views(Oid relid, const char* hint);

/// Returns the SELECT list of the view of an alias without a column.
const char* columns_without(const PlainView& view, Oid relid, const char* column);

/// Drops plain views, and makes them again after a change: no column that a view has can change its
/// type. Other views keep it from changing: what their owner has written is not to be executed by
/// the caller.
void drop_views(const List* views);
void make_views_again(Oid relid, const List* views);

}  // namespace vecext::pg
