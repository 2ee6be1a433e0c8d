// Tokens: claims signed by HMAC-SHA256 in the browser. The key is sent nowhere.

function base64url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export async function sign(claims: object, key: string): Promise<string> {
  const encoder = new TextEncoder();
  const head = base64url(encoder.encode(JSON.stringify({ alg: "HS256", typ: "JWT" })));
  const body = base64url(encoder.encode(JSON.stringify(claims)));
  const secret = await crypto.subtle.importKey("raw", encoder.encode(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", secret, encoder.encode(`${head}.${body}`));
  return `${head}.${body}.${base64url(new Uint8Array(signature))}`;
}

export interface TokenForm {
  access: "r" | "m" | "collections";
  collections: { name: string; access: "r" | "prw" | "rw" }[];
  expires: number; // seconds from now; 0: never
  subject: string;
}

/** The claims as Qdrant has them. */
export function claimsOf(form: TokenForm, now: number): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  if (form.subject.trim()) claims.subject = form.subject.trim();
  if (form.expires > 0) claims.exp = Math.floor(now / 1000) + form.expires;
  claims.access =
    form.access === "collections"
      ? form.collections.filter((one) => one.name).map((one) => ({ collection: one.name, access: one.access }))
      : form.access;
  return claims;
}
