// The text of /metrics, and what two of them say of the time between them.

export interface Sample {
  name: string;
  labels: { [label: string]: string };
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

function numberOf(text: string): number {
  return text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);
}

export function readMetrics(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    const found = line.startsWith("#") ? null : LINE.exec(line);
    if (!found) continue;
    const labels: Sample["labels"] = {};
    for (const [, label, value] of (found[2] ?? "").matchAll(LABEL)) labels[label!] = value!;
    samples.push({ name: found[1]!, labels, value: numberOf(found[3]!) });
  }
  return samples;
}

/** Requests so far, those that failed, and the buckets of their durations by upper bound. */
export interface Totals {
  requests: number;
  failures: number;
  buckets: Map<number, number>;
}

export function totalsOf(samples: Sample[]): Totals {
  const totals: Totals = { requests: 0, failures: 0, buckets: new Map() };
  for (const { name, labels, value } of samples) {
    // The dashboard's own requests for /metrics would be most of what an idle server shows.
    if (labels.endpoint === "/metrics") continue;
    const isGrpc = name.startsWith("grpc_");
    if (name === "rest_responses_total" || name === "grpc_responses_total") {
      totals.requests += value;
      const hasFailed = isGrpc ? labels.status !== "0" : Number(labels.status) >= 400;
      if (labels.status && hasFailed) totals.failures += value;
    } else if (name === "rest_responses_duration_seconds_bucket" || name === "grpc_responses_duration_seconds_bucket") {
      const bound = numberOf(labels.le ?? "+Inf");
      totals.buckets.set(bound, (totals.buckets.get(bound) ?? 0) + value);
    }
  }
  return totals;
}

/** The duration, in seconds, that a share of the requests between two readings stayed below. */
export function quantile(before: Totals, after: Totals, share: number): number | undefined {
  const bounds = [...after.buckets.keys()].sort((a, b) => a - b);
  const counts = bounds.map((bound) => after.buckets.get(bound)! - (before.buckets.get(bound) ?? 0));
  const all = counts.at(-1) ?? 0;
  if (all <= 0) return undefined;
  const wanted = all * share;
  let below = 0;
  let low = 0;
  for (let i = 0; i < bounds.length; ++i) {
    if (counts[i]! >= wanted) {
      const bound = bounds[i]!;
      if (bound === Infinity) return low;
      const within = counts[i]! - below;
      return within > 0 ? low + ((bound - low) * (wanted - below)) / within : bound;
    }
    below = counts[i]!;
    low = bounds[i]!;
  }
  return low;
}
