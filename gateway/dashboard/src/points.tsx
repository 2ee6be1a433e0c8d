// The points of a collection by pages, with a filter.
import { useState } from "preact/hooks";
import { at, call, type Id, type Point } from "./api.ts";
import { readFilter, withCondition, type Value as Plain } from "./filter.ts";
import { cell, counted, memberOf } from "./format.ts";
import { Field, Form, Loaded, Problem, Table, useLoad, type Column } from "./parts.tsx";
import { keysOf, PointDialog } from "./point.tsx";

interface Page {
  points: Point[];
  next_page_offset?: Id | null;
}

interface Asked {
  text: string;
  perPage: number;
  starts: (Id | null)[]; // the first ids of this page and those before it
}

function Value({ name, value, pick }: { name: string; value: unknown; pick: (key: string, value: Plain) => void }) {
  const isPlain = value !== null && typeof value !== "object" && value !== undefined;
  if (!isPlain) return <>{cell(value)}</>;
  return (
    <button class="bare value" title={`Filter by ${name}`} onClick={() => pick(name, value as Plain)}>
      {cell(value)}
    </button>
  );
}

export function Points({ name }: { name: string }) {
  const [text, setText] = useState("");
  const [look, setLook] = useState("table");
  const [asked, setAsked] = useState<Asked>({ text: "", perPage: 20, starts: [null] });
  const [fault, setFault] = useState<Error>();
  const [open, setOpen] = useState<Id>();

  const filter = readFilter(asked.text);
  const page = useLoad(() => {
    const offset = asked.starts.at(-1);
    return call<Page>("POST", at(name, "/points/scroll"), {
      limit: asked.perPage,
      with_payload: true,
      ...(filter ? { filter } : {}),
      ...(offset === null ? {} : { offset }),
    });
  }, [name, asked]);
  const total = useLoad(() => call<{ count: number }>("POST", at(name, "/points/count"), { exact: true, ...(filter ? { filter } : {}) }), [name, asked.text]);

  const ask = (given: string) => {
    try {
      readFilter(given);
      setFault(undefined);
      setAsked({ ...asked, text: given, starts: [null] });
    } catch (error) {
      setFault(error as Error);
    }
  };
  const pick = (key: string, value: Plain) => {
    try {
      const given = withCondition(text, key, value);
      setText(given);
      ask(given);
    } catch (error) {
      setFault(error as Error);
    }
  };

  return (
    <>
      <Form label="Points to show" onSubmit={() => ask(text)}>
        <Field
          label="Filter"
          value={text}
          onInput={setText}
          isWide
          isCode
          placeholder="color=red, price>=10"
          hint="key=value, !=, >, >=, <, <=, ~ (words), separated by commas; or a filter of Qdrant in JSON"
        />
        <Field label="Points on each page" value={String(asked.perPage)} onInput={(value) => setAsked({ ...asked, perPage: Number(value), starts: [null] })} options={["10", "20", "50", "100"]} />
        <Field label="Show as" value={look} onInput={setLook} options={[["table", "Table"], ["cards", "Cards"]]} />
        <button class="main">Apply</button>
        <button type="button" onClick={() => (setText(""), ask(""))}>
          Clear
        </button>
      </Form>
      {fault && <Problem error={fault} />}
      <p role="status">{total.error ? "" : total.data ? `${counted(total.data.count, "point")}${asked.text ? " with this filter" : ""}` : "Counting …"}</p>
      <Loaded from={page}>
        {({ points, next_page_offset: next }) => {
          const keys = keysOf(points, 6);
          const columns: Column<Point>[] = [
            {
              label: "Id",
              show: (point) => (
                <button class="bare" onClick={() => setOpen(point.id)}>
                  {String(point.id)}
                </button>
              ),
            },
            ...keys.map((key): Column<Point> => ({ label: key, show: (point) => <Value name={key} value={memberOf(point.payload, key)} pick={pick} /> })),
          ];
          return (
            <>
              {points.length === 0 ? (
                <p class="empty">{asked.starts.length > 1 ? "No point is left on this page." : asked.text ? "No point passes this filter." : "The collection has no points."}</p>
              ) : look === "table" ? (
                <Table caption="Points" rows={points} columns={columns} />
              ) : (
                <ul class="cards">
                  {points.map((point) => (
                    <li>
                      <h3>
                        <button class="bare" onClick={() => setOpen(point.id)}>
                          {String(point.id)}
                        </button>
                      </h3>
                      <dl>
                        {Object.entries(point.payload ?? {}).map(([key, value]) => (
                          <div>
                            <dt>{key}</dt>
                            <dd>
                              <Value name={key} value={value} pick={pick} />
                            </dd>
                          </div>
                        ))}
                      </dl>
                    </li>
                  ))}
                </ul>
              )}
              <div class="row">
                <button disabled={asked.starts.length === 1} onClick={() => setAsked({ ...asked, starts: asked.starts.slice(0, -1) })}>
                  Previous
                </button>
                <span>Page {asked.starts.length}</span>
                <button disabled={next === null || next === undefined} onClick={() => setAsked({ ...asked, starts: [...asked.starts, next!] })}>
                  Next
                </button>
              </div>
            </>
          );
        }}
      </Loaded>
      {open !== undefined && <PointDialog collection={name} id={open} onClose={() => setOpen(undefined)} changed={() => (page.reload(), total.reload())} />}
    </>
  );
}
