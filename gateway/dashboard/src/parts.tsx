// What views are made of: data that loads, tables, fields, code, dialogs.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Failure } from "./api.ts";
import { link, tell } from "./state.ts";

// --- Data that loads -----------------------------------------------------------------------------

export interface Load<T> {
  data?: T;
  error?: Error;
  isLoading: boolean;
  reload: () => void;
}

/** Loads when `dependencies` change. What was loaded stays in sight until the new is there. */
export function useLoad<T>(load: () => Promise<T>, dependencies: unknown[]): Load<T> {
  const [state, setState] = useState<{ data?: T; error?: Error; isLoading: boolean }>({ isLoading: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    setState((old) => ({ data: old.data, isLoading: true }));
    load().then(
      (data) => isCurrent && setState({ data, isLoading: false }),
      (error: Error) => isCurrent && setState({ error, isLoading: false }),
    );
    return () => {
      isCurrent = false;
    };
  }, [...dependencies, round]);
  return { ...state, reload: () => setRound((old) => old + 1) };
}

export function Problem({ error, retry }: { error: Error; retry?: () => void }) {
  const needsKey = error instanceof Failure && (error.kind === "key" || error.kind === "forbidden");
  return (
    <div class="problem" role="alert">
      <p>{error.message}</p>
      {needsKey && <a href={link("settings")}>Open the settings</a>}
      {retry && !needsKey && <button onClick={retry}>Try again</button>}
    </div>
  );
}

export function Loaded<T>({ from, children }: { from: Load<T>; children: (data: T) => ComponentChildren }) {
  if (from.error) return <Problem error={from.error} retry={from.reload} />;
  if (from.data === undefined) return <p class="loading" role="status">Loading …</p>;
  return <div aria-busy={from.isLoading}>{children(from.data)}</div>;
}

/** Runs what a button does: it cannot be pressed meanwhile, and what fails is shown. */
export function useAction(): { isBusy: boolean; error?: Error; run: (act: () => Promise<unknown>) => Promise<void>; clear: () => void } {
  const [state, setState] = useState<{ isBusy: boolean; error?: Error }>({ isBusy: false });
  return {
    ...state,
    clear: () => setState((old) => (old.isBusy ? old : { isBusy: false })),
    run: async (act) => {
      setState({ isBusy: true });
      try {
        await act();
        setState({ isBusy: false });
      } catch (error) {
        setState({ isBusy: false, error: error as Error });
      }
    },
  };
}

// --- Tables --------------------------------------------------------------------------------------

export interface Column<Row> {
  label: string;
  show: (row: Row) => ComponentChildren;
  order?: (row: Row) => string | number; // the table can be sorted by it
  isNumber?: boolean;
}

/** Rows, sorted by the column `first` until the user chooses one. `cut` are the first and the end of those of one page. */
export function Table<Row>(props: { caption: string; columns: Column<Row>[]; rows: Row[]; first?: number; cut?: [number, number] }) {
  const [by, setBy] = useState<{ at: number; isDown: boolean }>({ at: props.first ?? -1, isDown: false });
  const order = props.columns[by.at]?.order;
  const rows = order
    ? [...props.rows].sort((a, b) => {
        const [x, y] = [order(a), order(b)];
        return (x < y ? -1 : x > y ? 1 : 0) * (by.isDown ? -1 : 1);
      })
    : props.rows;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={props.caption}>
      <table>
        <caption class="hidden">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column, i) => (
              <th
                scope="col"
                class={column.isNumber ? "number" : ""}
                aria-sort={by.at !== i ? undefined : by.isDown ? "descending" : "ascending"}
              >
                {column.order ? (
                  <button class="bare" onClick={() => setBy({ at: i, isDown: by.at === i && !by.isDown })}>
                    {column.label}
                    <span aria-hidden="true">{by.at !== i ? "" : by.isDown ? " ↓" : " ↑"}</span>
                  </button>
                ) : (
                  column.label
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(props.cut ? rows.slice(...props.cut) : rows).map((row) => (
            <tr>
              {props.columns.map((column) => (
                <td class={column.isNumber ? "number" : ""}>{column.show(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// --- Fields --------------------------------------------------------------------------------------

let fields = 0;

/** An input with its label. */
export function Field(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string;
  type?: "text" | "number" | "password";
  rows?: number; // of an input of several lines
  options?: (string | [string, string])[]; // of a choice: values, or values and their labels
  isWide?: boolean;
  isCode?: boolean;
  placeholder?: string;
}) {
  const id = useRef("");
  id.current ||= `field-${++fields}`;
  const common = {
    id: id.current,
    value: props.value,
    placeholder: props.placeholder,
    "aria-describedby": props.hint ? `${id.current}-hint` : undefined,
    class: props.isCode ? "code" : "",
    onInput: (event: Event) => props.onInput((event.currentTarget as HTMLInputElement).value),
  };
  return (
    <div class={props.isWide ? "field wide" : "field"}>
      <label for={id.current}>{props.label}</label>
      {props.options ? (
        <select {...common}>
          {props.options.map((option) => {
            const [value, label] = typeof option === "string" ? [option, option] : option;
            return <option value={value} selected={value === props.value}>{label}</option>;
          })}
        </select>
      ) : props.rows ? (
        <textarea {...common} rows={props.rows} spellcheck={false} />
      ) : (
        <input {...common} type={(props.type ?? "text") as "text"} autocomplete={props.type === "password" ? "new-password" : "off"} spellcheck={false} min={props.type === "number" ? 0 : undefined} />
      )}
      {props.hint && <small id={`${id.current}-hint`}>{props.hint}</small>}
    </div>
  );
}

export function Form(props: { onSubmit: () => void; label: string; children: ComponentChildren }) {
  return (
    <form
      class="form"
      aria-label={props.label}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      {props.children}
    </form>
  );
}

// --- Texts ---------------------------------------------------------------------------------------

export async function copy(text: string) {
  try {
    await navigator.clipboard.writeText(text);
    tell("Copied.");
  } catch {
    tell("The browser does not let this page copy. Select the text instead.");
  }
}

export function Code({ text, label }: { text: string; label: string }) {
  return (
    <div class="codebox">
      <button class="small" onClick={() => void copy(text)} aria-label={`Copy: ${label}`}>
        Copy
      </button>
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </div>
  );
}

export const Badge = ({ kind }: { kind: string }) => <span class={`badge ${kind}`}>{kind}</span>;

// --- Dialogs -------------------------------------------------------------------------------------

export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const onClose = useRef(props.onClose);
  onClose.current = props.onClose;
  useEffect(() => {
    const element = dialog.current!;
    const listen = () => onClose.current();
    element.showModal();
    element.addEventListener("close", listen);
    return () => {
      element.removeEventListener("close", listen);
      element.close(); // which gives the focus back
    };
  }, []);
  return (
    <dialog ref={dialog} aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </dialog>
  );
}

/** A button that asks before it does something that cannot be undone. */
export function Danger(props: { label: string; question: string; act: () => Promise<unknown> }) {
  const [isOpen, setOpen] = useState(false);
  const action = useAction();
  return (
    <>
      <button class="danger small" onClick={() => (action.clear(), setOpen(true))}>
        {props.label}
      </button>
      {isOpen && (
        <Dialog title={props.label} onClose={() => setOpen(false)}>
          <p>{props.question}</p>
          {action.error && <Problem error={action.error} />}
          <div class="row">
            <button
              class="danger"
              disabled={action.isBusy}
              onClick={() =>
                void action.run(async () => {
                  await props.act();
                  setOpen(false);
                })
              }
            >
              {props.label}
            </button>
            <button onClick={() => setOpen(false)}>Cancel</button>
          </div>
        </Dialog>
      )}
    </>
  );
}
