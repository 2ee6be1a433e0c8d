// Principal components: the plane in which a sample of vectors differs most.

/** A vector of numbers of a point, or undefined if it has none: a sparse or a missing one. */
export function denseOf(vector: unknown, name: string): number[] | undefined {
  let value = vector;
  if (value && typeof value === "object" && !Array.isArray(value)) {
    value = (value as Record<string, unknown>)[name];
  }
  // A multi-vector stands for the mean of its vectors.
  if (Array.isArray(value) && Array.isArray(value[0])) {
    const rows = value as number[][];
    return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length);
  }
  return Array.isArray(value) && typeof value[0] === "number" ? (value as number[]) : undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += a[i]! * b[i]!;
  return sum;
}

function normalize(vector: Float64Array): number {
  const norm = Math.sqrt(dot(vector, vector));
  if (norm > 0) for (let i = 0; i < vector.length; ++i) vector[i]! /= norm;
  return norm;
}

// Power iteration, orthogonal to the components found before.
function component(rows: Float64Array[], dims: number, before: Float64Array[]): Float64Array {
  // A start that is the same each time, so that a plot is, too.
  let axis = Float64Array.from({ length: dims }, (_, i) => Math.sin(i * 12.9898 + before.length + 1));
  normalize(axis);
  for (let round = 0; round < 60; ++round) {
    const next = new Float64Array(dims);
    for (const row of rows) {
      const length = dot(row, axis);
      for (let i = 0; i < dims; ++i) next[i]! += length * row[i]!;
    }
    for (const other of before) {
      const length = dot(next, other);
      for (let i = 0; i < dims; ++i) next[i]! -= length * other[i]!;
    }
    if (normalize(next) === 0) return next;
    const isSettled = 1 - Math.abs(dot(next, axis)) < 1e-9;
    axis = next;
    if (isSettled) break;
  }
  return axis;
}

/** Returns two coordinates for each vector, and the share of the variance that they show. */
export function project(vectors: number[][]): { points: [number, number][]; share: number } {
  const dims = vectors[0]?.length ?? 0;
  const mean = new Float64Array(dims);
  for (const vector of vectors) for (let i = 0; i < dims; ++i) mean[i]! += (vector[i] ?? 0) / vectors.length;
  const rows = vectors.map((vector) => Float64Array.from(mean, (m, i) => (vector[i] ?? 0) - m));
  const first = component(rows, dims, []);
  const second = component(rows, dims, [first]);
  const points = rows.map((row): [number, number] => [dot(row, first), dot(row, second)]);
  const all = rows.reduce((sum, row) => sum + dot(row, row), 0);
  const shown = points.reduce((sum, [x, y]) => sum + x * x + y * y, 0);
  return { points, share: all > 0 ? shown / all : 1 };
}
