// The list of collections, and the form that makes one.
import { useState } from "preact/hooks";
import { at, call, type Summary } from "./api.ts";
import { count, size } from "./format.ts";
import { Badge, Dialog, Field, Form, Loaded, Problem, Table, useAction, useLoad } from "./parts.tsx";
import { go, link, mayManage } from "./state.ts";

const DISTANCES = ["Cosine", "Dot", "Euclid", "Manhattan"];

function Create({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [dims, setDims] = useState("");
  const [distance, setDistance] = useState("Cosine");
  const [sparse, setSparse] = useState("");
  const action = useAction();
  const create = () =>
    action.run(async () => {
      const body: { [key: string]: unknown } = {};
      if (dims.trim()) body.vectors = { size: Number(dims), distance };
      if (sparse.trim()) body.sparse_vectors = { [sparse.trim()]: {} };
      await call("PUT", at(name.trim()), body);
      onClose();
      go("collections", name.trim());
    });
  return (
    <Dialog title="New collection" onClose={onClose}>
      <Form label="New collection" onSubmit={() => void create()}>
        <Field label="Name" value={name} onInput={setName} isWide />
        <Field label="Dimensions" type="number" value={dims} onInput={setDims} hint="of each vector; leave it empty for none" />
        <Field label="Distance" value={distance} onInput={setDistance} options={DISTANCES} />
        <Field label="Sparse vector" value={sparse} onInput={setSparse} hint="its name; leave it empty for none" />
        {action.error && <Problem error={action.error} />}
        <div class="row wide">
          <button class="main" disabled={action.isBusy || !name.trim()}>
            Create
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </Form>
    </Dialog>
  );
}

function List({ all }: { all: Summary[] }) {
  const [text, setText] = useState("");
  const [perPage, setPerPage] = useState("25");
  const [page, setPage] = useState(0);
  const found = all.filter((one) => one.name.toLowerCase().includes(text.toLowerCase()));
  const pages = Math.max(1, Math.ceil(found.length / Number(perPage)));
  const here = Math.min(page, pages - 1);
  return (
    <>
      <div class="form">
        <Field label="Filter by name" value={text} onInput={setText} />
        <Field label="Collections on each page" value={perPage} onInput={setPerPage} options={["10", "25", "50", "100", "500"]} />
      </div>
      {found.length === 0 ? (
        <p class="empty">{all.length === 0 ? "There is no collection yet." : "No collection has this in its name."}</p>
      ) : (
        <Table<Summary>
          caption="Collections"
          rows={found}
          cut={[here * Number(perPage), (here + 1) * Number(perPage)]}
          first={0}
          columns={[
            { label: "Name", order: (row) => row.name, show: (row) => <a href={link("collections", row.name)}>{row.name}</a> },
            { label: "Status", order: (row) => row.status, show: (row) => <Badge kind={row.status} /> },
            { label: "Points", isNumber: true, order: (row) => row.points ?? -1, show: (row) => count(row.points) },
            { label: "Size", isNumber: true, order: (row) => row.bytes, show: (row) => size(row.bytes) },
            { label: "Vector indexes", isNumber: true, order: (row) => row.vector_indexes, show: (row) => row.vector_indexes },
            { label: "Payload indexes", isNumber: true, order: (row) => row.payload_indexes, show: (row) => row.payload_indexes },
          ]}
        />
      )}
      {pages > 1 && (
        <div class="row">
          <button disabled={here === 0} onClick={() => setPage(here - 1)}>
            Previous
          </button>
          <span>
            Page {here + 1} of {pages}
          </span>
          <button disabled={here === pages - 1} onClick={() => setPage(here + 1)}>
            Next
          </button>
        </div>
      )}
    </>
  );
}

export function Collections() {
  const list = useLoad(() => call<{ collections: Summary[] }>("GET", "vecext/collections"), []);
  const [isCreating, setCreating] = useState(false);
  return (
    <section>
      <div class="row head">
        <h1>Collections</h1>
        <span class="grow" />
        <button onClick={list.reload} disabled={list.isLoading}>
          Refresh
        </button>
        {mayManage.value && (
          <button class="main" onClick={() => setCreating(true)}>
            New collection
          </button>
        )}
      </div>
      <Loaded from={list}>{({ collections }) => <List all={collections} />}</Loaded>
      <p class="note">The numbers of points are estimates by PostgreSQL. They are not known before the first ANALYZE.</p>
      {isCreating && <Create onClose={() => setCreating(false)} />}
    </section>
  );
}
