// Requests by second and their durations, from /metrics, as long as the page is open.
import { useEffect, useState } from "preact/hooks";
import { send } from "./api.ts";
import { seconds } from "./format.ts";
import { Problem } from "./parts.tsx";
import { quantile, readMetrics, totalsOf, type Totals } from "./metrics.ts";
import { link } from "./state.ts";

const PERIOD = 2000; // milliseconds
const KEPT = 150; // readings

interface Reading {
  rate: number;
  failures: number;
  half?: number; // seconds
  most?: number;
}

interface Line {
  label: string;
  values: (number | undefined)[];
}

const WIDTH = 600;
const HEIGHT = 160;

function Chart(props: { title: string; lines: Line[]; show: (value: number) => string }) {
  const top = Math.max(...props.lines.flatMap((line) => line.values.map((value) => value ?? 0)), 0) || 1;
  const last = props.lines.map((line) => {
    const value = line.values.at(-1);
    return `${line.label}: ${value === undefined ? "no requests" : props.show(value)}`;
  });
  const pathOf = (values: Line["values"]) => {
    let path = "";
    let isDrawn = false;
    values.forEach((value, i) => {
      if (value !== undefined) {
        const x = (WIDTH * (KEPT - values.length + i)) / (KEPT - 1);
        path += `${isDrawn ? "L" : "M"}${x.toFixed(1)} ${(HEIGHT - (value / top) * (HEIGHT - 12)).toFixed(1)}`;
      }
      isDrawn = value !== undefined;
    });
    return path;
  };
  return (
    <figure>
      <figcaption>{props.title}</figcaption>
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${props.title}. ${last.join(", ")}`}>
        <line x1="0" x2={WIDTH} y1={12} y2={12} class="grid" />
        <line x1="0" x2={WIDTH} y1={HEIGHT / 2 + 6} y2={HEIGHT / 2 + 6} class="grid" />
        {props.lines.map((line, i) => (
          <path d={pathOf(line.values)} class={`line line${i}`} />
        ))}
      </svg>
      <p class="legend">
        <span>top of the chart: {props.show(top)}</span>
        {last.map((text, i) => (
          <span class={`label${i}`}>{text}</span>
        ))}
      </p>
    </figure>
  );
}

export function Live() {
  const [readings, setReadings] = useState<Reading[]>([]);
  const [isMissing, setMissing] = useState(false);
  const [fault, setFault] = useState<Error>();
  useEffect(() => {
    let before: { at: number; totals: Totals } | undefined;
    let timer = 0;
    let isOver = false;
    const read = async () => {
      try {
        const reply = await send("GET", "metrics");
        if (isOver) return;
        setMissing(reply.status === 404);
        setFault(reply.status === 401 || reply.status === 403 ? new Error("This key does not admit metrics.") : undefined);
        if (reply.status === 200) {
          const now = { at: performance.now(), totals: totalsOf(readMetrics(reply.text)) };
          if (before) {
            const passed = (now.at - before.at) / 1000;
            const reading: Reading = {
              // A gateway that was started again counts from 0.
              rate: Math.max(0, now.totals.requests - before.totals.requests) / passed,
              failures: Math.max(0, now.totals.failures - before.totals.failures) / passed,
              half: quantile(before.totals, now.totals, 0.5),
              most: quantile(before.totals, now.totals, 0.99),
            };
            setReadings((old) => [...old, reading].slice(-KEPT));
          }
          before = now;
        }
      } catch (error) {
        if (!isOver) setFault(error as Error);
      }
      if (!isOver) timer = window.setTimeout(() => void read(), PERIOD);
    };
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  const rate = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} a second`;
  return (
    <section>
      <h1>Live</h1>
      {fault && <Problem error={fault} />}
      {isMissing ? (
        <p class="empty">
          There are no metrics: this server has no route <code>/metrics</code>. <a href={link("replication")}>Replication</a> works without it.
        </p>
      ) : readings.length === 0 && !fault ? (
        <p class="loading" role="status">
          Waiting for the second reading …
        </p>
      ) : (
        <>
          <Chart
            title="Requests"
            show={rate}
            lines={[
              { label: "all", values: readings.map((one) => one.rate) },
              { label: "failed", values: readings.map((one) => one.failures) },
            ]}
          />
          <Chart
            title="Duration"
            show={seconds}
            lines={[
              { label: "half below", values: readings.map((one) => one.half) },
              { label: "99 % below", values: readings.map((one) => one.most) },
            ]}
          />
          <p class="note">The last five minutes of this page, every two seconds, of the process that answers it.</p>
        </>
      )}
    </section>
  );
}
