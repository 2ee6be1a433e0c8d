// Views of aliases: each is a view of the collection's table with the rights of the role that uses
// it.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pg_list.h"
}

namespace vecext::pg {

/// A view of an alias whose columns are plain columns of the table, as vecext makes views. A user
/// may have replaced the view by another one.
struct PlainView {
  Oid oid;
  const char* alias;
  const char* name;     // with its schema, quoted for a statement
  const char* columns;  // its SELECT list
  const char* options;  // null if there is none
  const char* owner;
  const char* comment;  // null if there is none
  List* grants;         // GRANT statements that give the view its rights again
};

/// Creates the view of an alias. A role may do with the view what it may do with the table.
void create_alias_view(const char* view_name, Oid relid);

/// Makes the view one of another table. A view whose columns do not fit is dropped and created
/// again.
void replace_alias_view(Oid view, Oid relid);

/// Drops the aliases of a collection and their views.
void drop_aliases(Oid relid);

/// Locks the names of a collection and of its aliases, to which none is added then. Names are
/// locked before views and tables. Two sessions that change columns of one collection wait for each
/// other by its name.
void lock_names(Oid relid);

/// Locks the views of a collection's aliases and then its table, against all other sessions.
/// Readers lock in that order, too.
void lock_views_and_table(Oid relid);

/// Returns those views of a collection's aliases that are plain. The caller has locked the names,
/// the views and the table. Raises an ERROR 0A000 with `hint` as its HINT if the transaction has an
/// older snapshot, which may not show the present grants.
List* plain_views(Oid relid, const char* hint);

/// Returns the SELECT list of the view without the column of that name.
const char* columns_without(const PlainView& view, Oid relid, const char* column);

/// Drop plain views before a change of the table, and make them again after it: a column that a
/// view has cannot change its type. A view that is not plain is not dropped, so the change fails:
/// the caller must not execute what the view's owner has written.
void drop_views(const List* views);
void make_views_again(Oid relid, const List* views);

}  // namespace vecext::pg
