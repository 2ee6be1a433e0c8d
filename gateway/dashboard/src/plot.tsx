// Points of a sample in the plane in which they differ most, with colors by a key of the payload.
import { useEffect, useRef, useState } from "preact/hooks";
import { at, call, type Id, type Point } from "./api.ts";
import type { OfCollection } from "./collection.tsx";
import { readFilter } from "./filter.ts";
import { cell, counted, memberOf, vectorName } from "./format.ts";
import { Field, Form, Problem, useAction } from "./parts.tsx";
import { denseOf, project } from "./pca.ts";
import { keysOf, PointDialog } from "./point.tsx";
import { isDark } from "./state.ts";

// Eight colors that stay apart for eyes that see red and green alike (Okabe and Ito), and gray for the rest.
const COLORS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#7a5cd6"];
const GRAY = "#8a8f98";
const MARGIN = 16; // pixels

interface Dot {
  point: Point;
  x: number; // 0 to 1
  y: number;
}

interface Plane {
  dots: Dot[];
  share: number;
  left: number; // points without such a vector
}

function planeOf(points: Point[], vector: string): Plane {
  const found = points.map((point) => ({ point, vector: denseOf(point.vector, vector) })).filter((one) => one.vector !== undefined);
  const { points: places, share } = project(found.map((one) => one.vector!));
  const xs = places.map(([x]) => x);
  const ys = places.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  // One scale for both axes, so that distances look like what they are.
  const span = Math.max(Math.max(...xs) - left, Math.max(...ys) - top) || 1;
  const dots = found.map(({ point }, i) => ({ point, x: (xs[i]! - left) / span, y: (ys[i]! - top) / span }));
  return { dots, share, left: points.length - found.length };
}

/** Values of the key by how often they occur, each with its color. */
function colorsOf(dots: Dot[], key: string): Map<string, string> {
  const counts = new Map<string, number>();
  for (const { point } of dots) {
    const value = cell(memberOf(point.payload, key));
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).slice(0, COLORS.length);
  return new Map(sorted.map(([value], i) => [value, COLORS[i]!]));
}

function draw(canvas: HTMLCanvasElement, dots: Dot[], color: (dot: Dot) => string) {
  const ratio = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  context.globalAlpha = dots.length > 500 ? 0.7 : 0.9;
  for (const dot of dots) {
    context.fillStyle = color(dot);
    context.beginPath();
    context.arc(...placeOf(dot, width, height), dots.length > 500 ? 3 : 4, 0, 2 * Math.PI);
    context.fill();
  }
}

function placeOf(dot: Dot, width: number, height: number): [number, number] {
  const side = Math.min(width, height) - 2 * MARGIN;
  return [(width - side) / 2 + dot.x * side, (height - side) / 2 + dot.y * side];
}

export function Plot({ name, outline }: OfCollection) {
  const names = Object.keys(outline.vectors).filter((one) => !outline.vectors[one]!.type.includes("sparsevec"));
  const [using, setUsing] = useState(names[0] ?? "");
  const [sample, setSample] = useState("500");
  const [filterText, setFilterText] = useState("");
  const [key, setKey] = useState("");
  const [plane, setPlane] = useState<Plane>();
  const [near, setNear] = useState<Dot>();
  const [open, setOpen] = useState<Id>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const action = useAction();

  const load = () =>
    action.run(async () => {
      const filter = readFilter(filterText);
      const { points } = await call<{ points: Point[] }>("POST", at(name, "/points/query"), {
        query: { sample: "random" },
        limit: Number(sample),
        with_payload: true,
        with_vector: [using],
        ...(filter ? { filter } : {}),
      });
      setNear(undefined);
      setPlane(points.length ? planeOf(points, using) : { dots: [], share: 1, left: 0 });
    });

  const dots = plane?.dots ?? [];
  const colors = key ? colorsOf(dots, key) : new Map<string, string>();
  const color = (dot: Dot) => (key ? (colors.get(cell(memberOf(dot.point.payload, key))) ?? GRAY) : COLORS[0]!);
  useEffect(() => {
    const paint = () => canvas.current && draw(canvas.current, dots, color);
    paint();
    addEventListener("resize", paint);
    return () => removeEventListener("resize", paint);
  }, [plane, key, isDark.value]);

  const nearest = (event: MouseEvent): Dot | undefined => {
    const box = canvas.current!.getBoundingClientRect();
    let best: Dot | undefined;
    let least = 12 * 12; // pixels, squared
    for (const dot of dots) {
      const [x, y] = placeOf(dot, box.width, box.height);
      const distance = (x - event.clientX + box.left) ** 2 + (y - event.clientY + box.top) ** 2;
      if (distance < least) [best, least] = [dot, distance];
    }
    return best;
  };

  if (names.length === 0) return <p class="empty">The collection has no dense vectors, which a plot needs.</p>;
  return (
    <>
      <Form label="Plot" onSubmit={() => void load()}>
        {names.length > 1 && <Field label="Vector" value={using} onInput={setUsing} options={names.map((one): [string, string] => [one, vectorName(one)])} />}
        <Field label="Points" value={sample} onInput={setSample} options={["100", "500", "1000", "2000"]} hint="chosen at random" />
        <Field label="Filter" value={filterText} onInput={setFilterText} isCode placeholder="color=red" />
        <Field
          label="Color by"
          value={key}
          onInput={setKey}
          options={[["", "nothing"], ...keysOf(dots.map((dot) => dot.point), 20).map((one): [string, string] => [one, one])]}
        />
        <button class="main" disabled={action.isBusy}>
          {action.isBusy ? "Loading …" : plane ? "Draw again" : "Draw"}
        </button>
      </Form>
      {action.error && <Problem error={action.error} />}
      {plane && dots.length === 0 && <p class="empty">No point has such a vector.</p>}
      {dots.length > 0 && (
        <>
          <p role="status">
            {counted(dots.length, "point")}. The plane shows {(plane!.share * 100).toFixed(0)} % of how they differ.
            {plane!.left > 0 && ` ${counted(plane!.left, "point")} without such a vector ${plane!.left === 1 ? "is" : "are"} left out.`}
          </p>
          <div class="plot">
            <canvas
              ref={canvas}
              role="img"
              aria-label={`Plot of ${counted(dots.length, "point")}${key ? `, with colors by ${key}` : ""}`}
              onMouseMove={(event) => setNear(nearest(event))}
              onMouseLeave={() => setNear(undefined)}
              onClick={(event) => setOpen(nearest(event)?.point.id)}
            />
            <div class="legend">
              {[...colors].map(([value, fill]) => (
                <span>
                  <svg width="12" height="12" aria-hidden="true">
                    <circle cx="6" cy="6" r="5" fill={fill} />
                  </svg>{" "}
                  {value || "without it"}
                </span>
              ))}
            </div>
            <p class="near">{near ? `${near.point.id}: ${cell(near.point.payload ?? {})}` : "Point at a dot to see what it is, and click it to open it."}</p>
          </div>
        </>
      )}
      {open !== undefined && <PointDialog collection={name} id={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}
