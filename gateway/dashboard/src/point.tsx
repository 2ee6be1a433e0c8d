// A point: its payload and vectors, and what can be done with it.
import { useState } from "preact/hooks";
import { answerOf, at, call, stringify, type Id, type Point } from "./api.ts";
import { pathOf } from "./filter.ts";
import { pretty } from "./format.ts";
import { changesOf, compact, lines, membersOf } from "./members.ts";
import { Code, Danger, Dialog, Field, Loaded, Problem, useAction, useLoad } from "./parts.tsx";
import { go, mayWrite, tell } from "./state.ts";
import { wanted } from "./search.tsx";

// Numbers of a payload may have more digits than those of JavaScript, so it is edited as the text that the server sent.
async function payloadOf(collection: string, id: Id): Promise<string> {
  const answer = await answerOf("POST", at(collection, "/points"), stringify({ ids: [id], with_payload: true }));
  const point = membersOf(membersOf(answer).get("result") ?? "[]").get("0");
  if (point === undefined) throw new Error("The point is gone.");
  const payload = membersOf(point).get("payload");
  return payload === undefined || payload === "null" ? "{}" : payload;
}

function changed(old: string, text: string) {
  let isObject = false;
  try {
    isObject = compact(text).startsWith("{");
  } catch (error) {
    throw new Error(`The payload is not JSON: ${(error as Error).message}`);
  }
  if (!isObject) throw new Error("The payload is not an object of JSON.");
  return changesOf(old, text);
}

function Edit(props: { collection: string; id: Id; old: string; done: () => void }) {
  const [text, setText] = useState(lines(props.old));
  const action = useAction();
  const save = () =>
    action.run(async () => {
      const { set, deleted } = changed(props.old, text);
      const points = `"points":[${stringify(props.id)}]`;
      // Members that stay are not sent: others may change them meanwhile.
      const operations = [
        ...(set === "{}" ? [] : [`{"set_payload":{"payload":${set},${points}}}`]),
        ...(deleted.length === 0 ? [] : [`{"delete_payload":{"keys":${stringify(deleted.map(pathOf))},${points}}}`]),
      ];
      if (operations.length > 0) await answerOf("POST", at(props.collection, "/points/batch?wait=true"), `{"operations":[${operations.join(",")}]}`);
      tell("The payload is saved.");
      props.done();
    });
  return (
    <>
      <Field label="Payload" value={text} onInput={setText} rows={12} isCode isWide />
      {action.error && <Problem error={action.error} />}
      <div class="row">
        <button class="main" disabled={action.isBusy} onClick={() => void save()}>
          Save
        </button>
        <button onClick={props.done}>Cancel</button>
      </div>
    </>
  );
}

/** A dialog with the point. `changed` is called when it is another one or gone. */
export function PointDialog(props: { collection: string; id: Id; onClose: () => void; changed?: () => void }) {
  const { collection, id } = props;
  const [isEditing, setEditing] = useState(false);
  const [hasVectors, setVectors] = useState(false);
  const load = useLoad(async () => {
    const body = { ids: [id], with_payload: true, with_vector: hasVectors };
    const [point] = await call<Point[]>("POST", at(collection, "/points"), body);
    if (!point) throw new Error("The point is gone.");
    return point;
  }, [collection, String(id), hasVectors]);
  // It is read when the user begins to edit, and stays as it was then.
  const payload = useLoad(async () => (isEditing ? payloadOf(collection, id) : undefined), [collection, String(id), isEditing]);
  const similar = () => {
    wanted.value = { collection, mode: "id", text: String(id) };
    props.onClose();
    go("collections", collection, "search");
  };
  return (
    <Dialog title={`Point ${id}`} onClose={props.onClose}>
      <Loaded from={load}>
        {(point) =>
          isEditing ? (
            <Loaded<string> from={{ ...payload }}>
              {(old) => (
                <Edit
                  collection={collection}
                  id={id}
                  old={old}
                  done={() => {
                    setEditing(false);
                    load.reload();
                    props.changed?.();
                  }}
                />
              )}
            </Loaded>
          ) : (
            <>
              <Code label="Payload" text={pretty(point.payload ?? {})} />
              {hasVectors ? <Code label="Vectors" text={pretty(point.vector ?? null)} /> : <button onClick={() => setVectors(true)}>Show vectors</button>}
            </>
          )
        }
      </Loaded>
      {!isEditing && (
        <div class="row">
          <button onClick={similar}>Find similar</button>
          {mayWrite.value && <button onClick={() => setEditing(true)}>Edit payload</button>}
          {mayWrite.value && (
            <Danger
              label="Delete point"
              question={`Deletes point ${id}. This cannot be undone.`}
              act={async () => {
                await call("POST", at(collection, "/points/delete?wait=true"), { points: [id] });
                props.changed?.();
                props.onClose();
              }}
            />
          )}
          <span class="grow" />
          <button onClick={props.onClose}>Close</button>
        </div>
      )}
    </Dialog>
  );
}

/** Points as a table: a column for each of the keys that most of them have. */
export function keysOf(points: Point[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const point of points) for (const key of Object.keys(point.payload ?? {})) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, most).map(([key]) => key);
}
