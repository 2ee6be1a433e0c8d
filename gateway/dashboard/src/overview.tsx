// What a collection consists of, how its indexes are, and what would improve them.
import { useState } from "preact/hooks";
import { at, call, own, type Health, type IndexState } from "./api.ts";
import { count, counted, pretty, size, vectorName } from "./format.ts";
import { Badge, Code, Danger, Field, Form, Loaded, Problem, Table, useAction, useLoad, type Column } from "./parts.tsx";
import { go, mayManage, mayWrite } from "./state.ts";

/** What the parts of this page get: the collection, and how to read it again. */
interface OfIndexes {
  name: string;
  health: Health;
  reload: () => void;
}

function Sizes({ sizes }: { sizes: Health["sizes"] }) {
  const parts: [string, number][] = [
    ["Table", sizes.table],
    ["Vector indexes", sizes.vector_indexes],
    ["Payload indexes", sizes.payload_indexes],
    ["Other indexes", sizes.other_indexes],
  ];
  return (
    <>
      <h2>Size: {size(sizes.bytes)}</h2>
      <dl class="bars">
        {parts.map(([label, bytes]) => (
          <div>
            <dt>{label}</dt>
            <dd>
              <meter min={0} max={Math.max(1, sizes.bytes)} value={bytes} aria-label={`${label}: ${size(bytes)}`} /> {size(bytes)}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Recall({ name, vector }: { name: string; vector: string }) {
  const [result, setResult] = useState("");
  const action = useAction();
  const estimate = () =>
    action.run(async () => {
      const { recall, sample } = await call<{ recall: number; sample: number }>("POST", own(name, "/recall"), { using: vector, limit: 10, sample: 50 });
      setResult(`${(recall * 100).toFixed(1)} % of the 10 nearest are found, of ${sample} queries`);
    });
  return (
    <>
      <button class="small" disabled={action.isBusy} onClick={() => void estimate()} aria-label={`Estimate the recall of ${vectorName(vector)}`}>
        {action.isBusy ? "Estimating …" : "Estimate"}
      </button>{" "}
      <span role="status">{action.error ? action.error.message : result}</span>
    </>
  );
}

function Vectors({ name, health }: OfIndexes) {
  const rows = Object.entries(health.vectors);
  if (rows.length === 0) return <p class="empty">The collection has no vectors.</p>;
  return (
    <Table
      caption="Vectors"
      rows={rows}
      columns={[
        { label: "Vector", show: ([vector]) => vectorName(vector) },
        { label: "Type", show: ([, info]) => <code>{info.type.replace(/^\w+\./, "")}</code> },
        { label: "Distance", show: ([, info]) => info.distance },
        { label: "Index", show: ([, info]) => (info.index ? `${info.index.method}, ${size(info.index.bytes)}` : "none yet") },
        { label: "Recall", show: ([vector, info]) => info.index && info.index.method !== "bm25" && <Recall name={name} vector={vector} /> },
      ]}
    />
  );
}

function Indexes({ health }: { health: Health }) {
  if (health.indexes.length === 0) return <p class="empty">No index of vectors or words has been made yet.</p>;
  return (
    <Table<IndexState>
      caption="State of indexes"
      rows={health.indexes}
      columns={[
        { label: "Index", show: (row) => row.name },
        { label: "Method", show: (row) => row.method },
        { label: "Rows", isNumber: true, show: (row) => count(row.rows) },
        { label: "Pending", isNumber: true, show: (row) => count(row.pending_rows) },
        { label: "Dead", isNumber: true, show: (row) => count(row.dead_rows) },
        { label: "Size", isNumber: true, show: (row) => size(row.bytes) },
        { label: "State", show: (row) => <Badge kind={row.valid ? "valid" : "invalid"} /> },
        { label: "Advice", show: (row) => row.advice ?? "nothing to do" },
      ]}
    />
  );
}

function PayloadIndexes({ name, health, reload }: OfIndexes) {
  const [key, setKey] = useState("");
  const [type, setType] = useState("keyword");
  const action = useAction();
  const create = () =>
    action.run(async () => {
      await call("PUT", at(name, "/index?wait=true"), { field_name: key.trim(), field_schema: type });
      setKey("");
      reload();
    });
  return (
    <>
      <h2>Payload indexes</h2>
      {health.payload_indexes.length === 0 ? (
        <p class="empty">There is none. A filter by a key is faster with one.</p>
      ) : (
        <Table<Health["payload_indexes"][number]>
          caption="Payload indexes"
          rows={health.payload_indexes}
          columns={([
            { label: "Key", show: (row) => row.key },
            { label: "Type", show: (row) => row.type },
            { label: "Size", isNumber: true, show: (row) => size(row.bytes) },
            {
              label: "Changes",
              show: (row) =>
                mayWrite.value && (
                  <Danger
                    label={`Drop ${row.key}`}
                    question={`Drops the index of key "${row.key}". Filters still work, and take longer.`}
                    act={async () => {
                      await call("DELETE", at(name, `/index/${encodeURIComponent(row.key)}?wait=true`));
                      reload();
                    }}
                  />
                ),
            },
          ] as Column<Health["payload_indexes"][number]>[]).slice(0, mayWrite.value ? 4 : 3)}
        />
      )}
      {mayWrite.value && (
        <Form label="New payload index" onSubmit={() => void create()}>
          <Field label="Key" value={key} onInput={setKey} />
          <Field label="Type" value={type} onInput={setType} options={["keyword", "integer", "float", "bool", "datetime", "uuid", "text", "bm25", "geo"]} />
          <button disabled={action.isBusy || !key.trim()}>Create index</button>
          {action.error && <Problem error={action.error} />}
        </Form>
      )}
    </>
  );
}

function Aliases({ name }: { name: string }) {
  const load = useLoad(() => call<{ aliases: { alias_name: string }[] }>("GET", at(name, "/aliases")), [name]);
  const [alias, setAlias] = useState("");
  const action = useAction();
  const change = (changes: object) => async () => {
    await call("POST", "collections/aliases", { actions: [changes] });
    setAlias("");
    load.reload();
  };
  return (
    <>
      <h2>Aliases</h2>
      <Loaded from={load}>
        {({ aliases }) =>
          aliases.length === 0 ? (
            <p class="empty">There is none.</p>
          ) : (
            <ul class="plain">
              {aliases.map(({ alias_name: one }) => (
                <li>
                  {one}{" "}
                  {mayManage.value && (
                    <Danger label={`Drop ${one}`} question={`Drops alias "${one}". The collection stays.`} act={change({ delete_alias: { alias_name: one } })} />
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {mayManage.value && (
        <Form label="New alias" onSubmit={() => void action.run(change({ create_alias: { collection_name: name, alias_name: alias.trim() } }))}>
          <Field label="Alias" value={alias} onInput={setAlias} />
          <button disabled={action.isBusy || !alias.trim()}>Create alias</button>
          {action.error && <Problem error={action.error} />}
        </Form>
      )}
    </>
  );
}

function Options({ name }: { name: string }) {
  const info = useLoad(() => call<{ config: unknown }>("GET", at(name)), [name]);
  return (
    <details>
      <summary>Options, as Qdrant has them</summary>
      <Loaded from={info}>{(data) => <Code label="Options" text={pretty(data.config)} />}</Loaded>
    </details>
  );
}

function Parts(props: OfIndexes) {
  const { name, health } = props;
  const points = useLoad(() => call<{ count: number }>("POST", at(name, "/points/count"), { exact: false }), [name]);
  const advice = health.use.filter((one) => !one.usable);
  return (
    <>
      <p>
        About {points.data ? counted(points.data.count, "point") : "… points"} in table <code>{health.table}</code>
        {health.created_at && <>, made {new Date(health.created_at).toLocaleString("en")}</>}.
      </p>
      <Sizes sizes={health.sizes} />
      <h2>Vectors</h2>
      <Vectors {...props} />
      <h2>State of indexes</h2>
      <Indexes health={health} />
      {advice.length > 0 && (
        <>
          <h2>What searches would use</h2>
          <ul>
            {advice.map((one) => (
              <li>
                {vectorName(one.vector)}
                {one.index && <> ({one.index})</>}: {one.advice}
              </li>
            ))}
          </ul>
        </>
      )}
      <PayloadIndexes {...props} />
      <Aliases name={name} />
      <h2>More</h2>
      <Options name={name} />
      {mayManage.value && (
        <p>
          <Danger
            label="Drop collection"
            question={`Drops collection "${name}" with all of its points. This cannot be undone.`}
            act={async () => {
              await call("DELETE", at(name));
              go("collections");
            }}
          />
        </p>
      )}
    </>
  );
}

/** `changed` is called when what the collection has is another than before. */
export function Overview({ name, changed }: { name: string; changed: () => void }) {
  const health = useLoad(() => call<Health>("GET", own(name, "/health")), [name]);
  const reload = () => {
    health.reload();
    changed();
  };
  return <Loaded<Health> from={{ ...health, reload }}>{(data) => <Parts name={name} health={data} reload={reload} />}</Loaded>;
}
