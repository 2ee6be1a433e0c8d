// What the browser keeps for the page. It may refuse to, and then forgets it with the page.

type Kind = "localStorage" | "sessionStorage";

export function stored(kind: Kind, key: string): string | null {
  try {
    return globalThis[kind].getItem(key);
  } catch {
    return null;
  }
}

export function store(kind: Kind, key: string, text: string) {
  try {
    globalThis[kind].removeItem(key);
    globalThis[kind].setItem(key, text);
  } catch {
    // It is blocked or full.
  }
}
