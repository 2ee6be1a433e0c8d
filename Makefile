# Builds and installs the extension from installed packages alone:
#   make && make install            PG_CONFIG=… names another server
#   make installcheck               all tests that need a server: against a running one that has it installed
# The core is also built without Postgres, for unit tests and fuzzers: see CMakeLists.txt.

EXTENSION_VERSION = 0.1.0
SHIM_BASE = 0.5.0
PG_CONFIG ?= pg_config

hash := \#
# One list of core sources for both builds: path, then machine and flags of an instruction set.
core_list := $(shell awk -v machine=$$(uname -m) \
  '!/^$(hash)/ && NF && ($$2 == "" || $$2 == "any" || $$2 == machine) { print $$1 }' src/core/SOURCES)
core_flags = $(shell awk '$$1 == "$(1)" { $$1 = $$2 = ""; print }' src/core/SOURCES)

MODULE_big = vecext
# Objects have folders of their own, so that a room shows its sources alone.
OBJS = $(addprefix objects/core/,$(core_list:.cpp=.o)) \
  $(sort $(patsubst src/%.cpp,objects/%.o,$(wildcard src/pg/*/*.cpp src/pg/*/*/*.cpp)))

# The script of each name is put together from the same pieces.
sql_parts = $(sort $(wildcard sql/src/[0-9]*.sql)) sql/src/tail.sql
install_script = sql/vecext--$(EXTENSION_VERSION).sql
shim_script = sql/vector--$(SHIM_BASE).sql
rag_script = contrib/rag/vecext_rag--$(EXTENSION_VERSION).sql
EXTENSION = vecext contrib/rag/vecext_rag
DATA = $(wildcard sql/upgrade/vecext--*.sql sql/upgrade/vecext_rag--*.sql)
DATA_built = $(install_script) $(rag_script)

# The name "vector" is pgvector's where that is installed: its files are never replaced. The library
# has the name, too, as a link: for LOAD and preload settings, and for catalogs that pg_upgrade takes
# over from pgvector. The server knows it for the same file, and loads it once.
shim_control = $(DESTDIR)$(shell $(PG_CONFIG) --sharedir)/extension/vector.control
shim_library = $(DESTDIR)$(shell $(PG_CONFIG) --pkglibdir)/vector.so
ours = vecext.so
ifeq ($(shell { test -e $(shim_control) && ! grep -q vecext $(shim_control); } \
  || { test -e $(shim_library) && test "$$(readlink $(shim_library))" != $(ours); } \
  && echo foreign),foreign)
$(warning pgvector is installed on this server: leaving its name "vector" to it)
foreign_vector = shim beside_vector pgvector_dump
else
EXTENSION += vector
DATA += $(wildcard sql/upgrade/vector--*.sql)
DATA_built += $(shim_script)
endif

REGRESS = $(filter-out $(foreign_vector),$(sort $(basename $(notdir $(wildcard test/sql/*.sql)))))
REGRESS_OPTS = --inputdir=test --load-extension=vecext
# The first spec creates the functions that the others use.
isolation_specs = $(sort $(basename $(notdir $(wildcard test/isolation/specs/*.spec))))
ISOLATION = helpers $(filter-out helpers,$(isolation_specs))
ISOLATION_OPTS = --inputdir=test/isolation --load-extension=vecext
TAP_TESTS = 1
PROVE_TESTS = $(wildcard test/t/*.pl contrib/rag/test/t/*.pl)

# System headers, so that our warnings are ours; exported symbols by name only, on every version.
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) \
  -isystem /usr/include/eigen3 -Isrc \
  -DPGDLLEXPORT='__attribute__((visibility("default")))'
# The last three warnings are about macros of the server, which expand in our code.
PG_CXXFLAGS = -std=c++20 -Wall -Wextra -Wpedantic -Wshadow -fno-exceptions -fno-rtti \
  -Wno-missing-field-initializers -Wno-gnu-statement-expression -Wno-c99-extensions \
  -fvisibility=hidden -fvisibility-inlines-hidden -MMD -MP $(EXTRA_CXXFLAGS)
SHLIB_LINK = -licui18n -licuuc -lstdc++ -Wl,-Bsymbolic -Wl,--build-id -Wl,--version-script=src/pg/module/exports.map \
  src/pg/module/pgvector_names.ld
EXTRA_CLEAN = objects $(install_script) $(shim_script) $(rag_script) output_rag output_story

# PGXS's bitcode step knows neither our language standard nor the flags of an instruction set.
override with_llvm = no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# An option of the server's compiler that g++ before 13 refuses; processors with vectors have no excess of precision.
override CXXFLAGS := $(filter-out -fexcess-precision=standard,$(CXXFLAGS))

ifndef foreign_vector
install: install-name
uninstall: uninstall-name
endif
.PHONY: install-name uninstall-name
install-name: installdirs
	ln -sf $(ours) '$(shim_library)'
uninstall-name:
	rm -f '$(shim_library)'

# Stories of users are suites with a folder and a database of their own, and so is what extension vecext_rag has. Where suites
# or specs of vecext are named, those run alone. From 16 on pg_regress prefers the expected output of the current folder, which
# is that of vecext's own suites.
expected_of = $(if $(filter 15,$(MAJORVERSION)),,--expecteddir=$(1))
STORIES = $(filter-out $(foreign_vector),$(sort $(basename $(notdir $(wildcard test/story/sql/*.sql)))))
.PHONY: installcheck-story
installcheck-story:
	$(pg_regress_installcheck) --inputdir=test/story $(call expected_of,test/story) --outputdir=output_story \
	  --load-extension=vecext --dbname=contrib_regression_story $(STORIES)

RAG_REGRESS = $(filter-out $(foreign_vector),$(sort $(basename $(notdir $(wildcard contrib/rag/test/sql/*.sql)))))
RAG_ISOLATION = $(sort $(basename $(notdir $(wildcard contrib/rag/test/isolation/specs/*.spec))))
.PHONY: installcheck-rag
installcheck-rag:
	$(pg_regress_installcheck) --inputdir=contrib/rag/test $(call expected_of,contrib/rag/test) --outputdir=output_rag \
	  --load-extension=vecext --load-extension=vecext_rag --dbname=contrib_regression_rag $(RAG_REGRESS)
	$(pg_isolation_regress_installcheck) --inputdir=contrib/rag/test/isolation $(call expected_of,contrib/rag/test/isolation) \
	  --outputdir=output_rag --load-extension=vecext --load-extension=vecext_rag --dbname=isolation_regression_rag $(RAG_ISOLATION)
ifeq ($(origin REGRESS) $(origin ISOLATION),file file)
installcheck: installcheck-story installcheck-rag
endif

-include $(OBJS:.o=.d)

objects/%.o: src/%.cpp
	@mkdir -p $(@D)
	$(COMPILE.cc) -o $@ $<

# PGXS makes all files secondary, and make does not miss a secondary file whose source is older than the library.
.PHONY: missing
$(filter-out $(wildcard $(OBJS)),$(OBJS)): missing

define core_object
objects/core/$(1:.cpp=.o): CXXFLAGS += -O3 -Wconversion $(call core_flags,$(1))
endef
$(foreach source,$(core_list),$(eval $(call core_object,$(source))))

# The library tells its version.
objects/pg/inspect/loaded_library.o objects/pg/module/settings.o: override CPPFLAGS += -DVECEXT_VERSION='"$(EXTENSION_VERSION)"'

# Flags come from here and from SOURCES.
$(OBJS): Makefile src/core/SOURCES
vecext.so: src/pg/module/exports.map src/pg/module/pgvector_names.ld

# Of schema vecext, in the order in which they need each other.
api_parts = $(addprefix sql/src/vecext/,api.sql point_id.sql version.sql indexes.sql statistics.sql replication.sql explain_index.sql payload.sql condition.sql registry.sql namespaces.sql collection.sql \
  collection_info.sql collection_stats.sql health.sql advise.sql tiers.sql collection_alias.sql collection_vector.sql payload_index.sql points.sql search.sql query.sql text.sql tokenizers.sql rank.sql \
  text_search.sql inverted.sql hybrid.sql namespace_tables.sql namespace_admin.sql collection_rights.sql)
rag_parts = $(addprefix contrib/rag/sql/,schema.sql embedding_queue.sql semantic_cache.sql)

$(install_script): sql/src/vecext/head.sql $(sql_parts) $(api_parts) Makefile
	cat $(filter %.sql,$^) > $@

$(rag_script): $(rag_parts) Makefile
	cat $(filter %.sql,$^) > $@

$(shim_script): sql/src/vector/head.sql $(sql_parts) Makefile
	cat $(filter %.sql,$^) > $@

.PHONY: check-core
# Everything that needs no server: arrows, words, documents, suites, errors, unit tests.
check-core:
	python3 tools/check_rooms.py
	python3 tools/check_words.py
	python3 tools/check_markdown.py
	python3 tools/check_suites.py
	python3 tools/check_errors.py
	python3 tools/check_gateway_sql.py
	python3 tools/check_release.py
	cmake -S . -B build -G Ninja && cmake --build build
	ctest --test-dir build --output-on-failure
