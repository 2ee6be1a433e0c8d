// What all views share: where the user is, what the key admits, and how the page looks.
import { computed, effect, signal } from "@preact/signals";
import { apiKey, call, Failure } from "./api.ts";
import { store, stored } from "./storage.ts";

// --- The place in the page, which is the fragment of its address ---------------------------------

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

// "100%" is no escaped text. It is taken as it is.
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The parts of the address: ["collections", "photos", "points"]. */
export const place = computed(() => {
  const parts = hash.value
    .replace(/^#\/?/, "")
    .replace(/\?.*$/, "")
    .split("/")
    .filter(Boolean)
    .map(decoded);
  return parts.length ? parts : ["collections"];
});

export const link = (...parts: string[]) => `#/${parts.map(encodeURIComponent).join("/")}`;

export function go(...parts: string[]) {
  location.hash = link(...parts);
}

// --- What the key admits -------------------------------------------------------------------------

export type Access = "unknown" | "none" | "read" | "write";
export const access = signal<Access>("unknown");
const manages = signal(false);
export const version = signal("");
export const accessFault = signal("");

/** True if the page offers changes. Before the server has said so, it offers none. */
export const mayWrite = computed(() => access.value === "write");
/** True if it offers changes of collections themselves and of aliases. */
export const mayManage = computed(() => mayWrite.value && manages.value);

export async function askAccess() {
  const key = apiKey.value;
  try {
    const answer = await call<{ access: Access; manages: boolean; version: string }>("GET", "vecext/access");
    if (apiKey.value !== key) return; // that of the new key is on its way
    access.value = answer.access;
    manages.value = answer.manages;
    version.value = answer.version;
    accessFault.value = "";
  } catch (error) {
    if (apiKey.value !== key) return;
    access.value = error instanceof Failure && error.kind === "key" ? "none" : "unknown";
    accessFault.value = (error as Error).message;
  }
}
apiKey.subscribe(() => void askAccess());
// A server that could not answer may be able to when the user goes on.
addEventListener("hashchange", () => void (access.value === "unknown" && askAccess()));

// --- How the page looks --------------------------------------------------------------------------

const THEME = "vecext.theme";
export type Theme = "system" | "light" | "dark";
const isTheme = (text: string | null): text is Theme => text === "system" || text === "light" || text === "dark";
const chosen = stored("localStorage", THEME);
export const theme = signal<Theme>(isTheme(chosen) ? chosen : "system");

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(prefersDark.matches);
prefersDark.addEventListener("change", (event) => (systemIsDark.value = event.matches));
export const isDark = computed(() => (theme.value === "system" ? systemIsDark.value : theme.value === "dark"));

const SHORTCUTS = "vecext.shortcuts";
/** True if single keys of the keyboard do something. */
export const hasShortcuts = signal(stored("localStorage", SHORTCUTS) !== "off");
effect(() => store("localStorage", SHORTCUTS, hasShortcuts.value ? "on" : "off"));

effect(() => {
  document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
  store("localStorage", THEME, theme.value);
});

// --- Messages for a moment -----------------------------------------------------------------------

export const notice = signal("");
let noticeTimer = 0;

export function tell(message: string) {
  notice.value = message;
  clearTimeout(noticeTimer);
  noticeTimer = window.setTimeout(() => (notice.value = ""), 5000);
}
