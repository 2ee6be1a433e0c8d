// The build reads the table once, and collects posting lists in memory. If they do not fit, it
// writes sorted runs to temporary files, which it merges. Large tables are read by several
// processes. The new index has one segment. Keys are read afterwards.
#include "pg/am/bm25/bm25.h"

#include "pg/am/bm25/bm25_options.h"
#include "pg/am/bm25/build_share.h"
#include "pg/am/bm25/parallel_text_build.h"
#include "pg/am/bm25/text_config.h"
#include "pg/am/maintenance/build_work.h"
#include "pg/am/maintenance/key_build.h"
#include "pg/am/common/being_built.h"
#include "pg/am/common/opclass.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/postings/segment_build.h"
#include "pg/sys/memory.h"
#include "pg/text/config_hash.h"
#include "pg/text/config_traits.h"

extern "C" {
#include "optimizer/optimizer.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

postings::IndexOptions options_of(Relation index) {
  return {.bm25 = bm25_parameters(index),
          .flags = built_bigrams(index) != Bigrams::kNone ? kReadsBigrams | kHasLastCharacters : 0U,
          .config = text_config_hash(config_to_build(index)),
          .config_name = bm25_config_name(index)};
}

BufFile* make_file(void*) {
  return BufFileCreateTemp(false);
}

/// Reads the table in this process, and writes the segment.
IndexBuildResult* build_alone(Relation heap, Relation index, IndexInfo* info, BulkWriter* bulk) {
  pg_atomic_uint64 rows_read;
  pg_atomic_init_u64(&rows_read, 0);
  BuildShare share(index, CurrentMemoryContext, maintenance_memory().bytes, make_file, nullptr,
                   &rows_read);
  const double heap_rows = share.read(heap, index, info, nullptr);
  if (share.runs() == 0) {
    begin_phase(kWritingPostings, share.rows(), Steps::kWork,
                static_cast<double>(share.postings()));
    if (share.builder()->documents() > 0) {
      write_segment(bulk, options_of(index), kFirstChain,
                    [&](postings::SegmentWriter* writer) { share.builder()->write(writer); });
    }
  } else {
    share.write_run();
    ReadTexts texts{heap_rows, share.rows(), share.postings(), {}};
    for (int64 i = 0; i < share.runs(); ++i) {
      texts.runs.push({share.file().file, share.starts()[i]}, CurrentMemoryContext);
    }
    write_segment_of_runs(bulk, options_of(index), maintenance_memory().bytes, texts.index_rows,
                          texts.postings, &texts.runs);
    BufFileClose(share.file().file);
  }
  return build_result(heap_rows, share.rows());
}

/// Closes the files of the runs. Runs of the same file follow each other.
void close_files(const RunPlace* runs, int64 count) {
  for (int64 i = 0; i < count; ++i) {
    if (i + 1 == count || runs[i].file != runs[i + 1].file) {
      BufFileClose(runs[i].file);
    }
  }
}

IndexBuildResult* build_texts(Relation heap, Relation index, IndexInfo* info, BulkWriter* bulk) {
  const int workers = plan_create_index_workers(RelationGetRelid(heap), RelationGetRelid(index));
  ParallelTextBuild parallel;
  if (workers == 0 ||
      !parallel.start(heap, index, info->ii_Concurrent, workers, maintenance_memory().bytes)) {
    return build_alone(heap, index, info, bulk);
  }
  ReadTexts texts = parallel.read(heap, index, info);
  if (const int64 read = texts.runs.count; read > 0) {
    write_segment_of_runs(bulk, options_of(index), maintenance_memory().bytes, texts.index_rows,
                          texts.postings, &texts.runs);
    close_files(texts.runs.at, read);
  }
  parallel.end();
  return build_result(texts.heap_rows, texts.index_rows);
}

/// Raises an error if the index is to have bigrams and cannot have them.
void check_bigrams(Relation index) {
  if (built_bigrams(index) == Bigrams::kNone) {
    return;
  }
  check_utf8("bigrams need");
  const ConfigTraits traits = traits_of_config(config_to_build(index));
  if (traits.cut == TextCut::kSegments && traits.segmentation == Segmentation::kStandard) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("the parser of text search configuration \"%s\" cuts bigrams into characters",
                    bm25_config_name(index)),
             errhint("Leave out cjk, or take a configuration with another parser: "
                     "text_config = 'vecext.word'.")));
  }
}

}  // namespace

IndexBuildResult* bm25_build(Relation heap, Relation index, IndexInfo* info) {
  forget_postings(index);
  begin_build(index);
  check_first_column(index);
  fix_config(index, *info);
  check_key_columns(index);
  check_bigrams(index);
  depend_on_config(index, config_to_build(index));
  BulkWriter bulk(index, MAIN_FORKNUM);
  check(create_index(bulk, options_of(index)));
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index build", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  begin_phase(kReadingRows, estimated_rows(heap));
  const IndexBuildResult built = *build_texts(heap, index, info, &bulk);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  build_keys(heap, index, info, kAddingKeys, &bulk);
  bulk.log();
  end_build();
  end_phases();
  return build_result(built.heap_tuples, built.index_tuples);
}

void bm25_build_empty(Relation index) {
  build_empty_postings(index, options_of(index));
}

}  // namespace vecext::pg
