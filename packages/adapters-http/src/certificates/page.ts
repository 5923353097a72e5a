/** The page of a certificate: plain HTML without a script, that whoever holds it can be proud to link to. Source: CRT-8. */
import type { Verification } from "@lyceum/core/certificates"
import { hash } from "node:crypto"
import type { Language } from "../language.ts"
import { dayOf, type Words, words } from "./words.ts"

/** What the page shows. */
export type Shown =
  | {
      readonly kind: "certificate"
      readonly verification: Verification
      readonly verifyHash: string
      /** Addresses of the other two forms, as links from this page; absent where the deployment gives none. */
      readonly links: { readonly pdf?: string; readonly credential?: string }
    }
  | { readonly kind: "unknown" | "limited" | "unavailable" }

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character]!)

const style = `
:root { --ink: #1d2433; --soft: #5b6475; --paper: #fffdf8; --line: #b89b5e; --state: #1f7a4d; color-scheme: light; }
.revoked { --state: #b3261e; --line: #c9c2b4; } .superseded { --state: #8a5a00; } .none { --state: #5b6475; --line: #c9c2b4; }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem; background: #eceae4;
  color: var(--ink); font: 1rem/1.6 Georgia, "Iowan Old Style", "Noto Serif", "DejaVu Serif", serif; }
main { width: min(52rem, 100%); }
article { position: relative; background: var(--paper); padding: clamp(1.75rem, 6vw, 4rem) clamp(1.25rem, 6vw, 4.5rem);
  text-align: center; border: 1px solid var(--line); outline: 1px solid var(--line); outline-offset: -0.6rem;
  box-shadow: 0 1.2rem 3rem -1.5rem rgb(29 36 51 / 0.45); }
.school { margin: 0; letter-spacing: 0.18em; text-transform: uppercase; font-size: 0.85rem; color: var(--soft); }
h1 { margin: 0.6rem 0 1.8rem; font-weight: 400; font-size: clamp(1.9rem, 6vw, 3rem); letter-spacing: 0.04em; }
.name { margin: 0.4rem auto; font-size: clamp(1.6rem, 5.5vw, 2.6rem); line-height: 1.25; overflow-wrap: anywhere;
  font-style: italic; }
.title { margin: 0.4rem auto 0; font-size: clamp(1.15rem, 3.6vw, 1.6rem); line-height: 1.35; overflow-wrap: anywhere;
  max-width: 34rem; }
.lead { margin: 1.1rem 0 0; color: var(--soft); }
.rule { width: 6rem; border: 0; border-top: 1px solid var(--line); margin: 0.9rem auto; }
.state { margin: 2.2rem auto 0; padding-top: 1.4rem; border-top: 1px solid var(--line); }
.state strong { display: inline-flex; align-items: center; gap: 0.55rem; color: var(--state); font-size: 1.15rem; }
.state svg { width: 1.5rem; height: 1.5rem; flex: none; }
.state p { margin: 0.4rem auto 0; max-width: 34rem; color: var(--soft); }
.revoked .name, .revoked .title { color: var(--soft); text-decoration: line-through; text-decoration-thickness: 1px; }
dl { margin: 1.6rem 0 0; font-size: 0.8rem; color: var(--soft); }
dd { margin: 0.15rem 0 0; font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 0.75rem; justify-content: center; margin: 1.4rem 0 0; }
nav a { padding: 0.6rem 1.2rem; border: 1px solid var(--ink); border-radius: 999px; color: var(--ink); text-decoration: none; }
nav a:first-child { background: var(--ink); color: var(--paper); }
nav a:focus-visible { outline: 3px solid var(--line); outline-offset: 2px; }
footer { margin: 1rem auto 0; max-width: 34rem; text-align: center; font-size: 0.85rem; color: var(--soft); }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { background: none; padding: 0; min-height: 0; } nav, footer { display: none; }
  article { box-shadow: none; } * { print-color-adjust: exact; }
}
`

/** Nothing is loaded from anywhere, no script runs, and the one style is this one. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${hash("sha256", style, "base64")}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const icons = {
  valid: '<path d="M20 6 9 17l-5-5"/>',
  revoked: '<path d="M18 6 6 18M6 6l12 12"/>',
  superseded: '<path d="M4 12a8 8 0 0 1 13.7-5.7L20 8M20 3v5h-5M20 12a8 8 0 0 1-13.7 5.7L4 16M4 21v-5h5"/>'
} as const

const icon = (status: Verification["status"]) =>
  `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${icons[status]}</svg>`

const explained = (
  { revokedAt, status, supersededBy }: Verification,
  language: Language,
  say: Words
): string =>
  status === "revoked" && revokedAt !== undefined
    ? say.revokedMore(dayOf(revokedAt, language))
    : status === "superseded" && supersededBy !== undefined
      ? say.supersededMore(supersededBy)
      : say.validMore

const certificate = (shown: Extract<Shown, { readonly kind: "certificate" }>, language: Language): string => {
  const { links, verification, verifyHash } = shown
  const say = words[language]
  const { issuedAt, recipientName, status, title } = verification
  const offered = [
    ...(links.pdf === undefined ? [] : [`<a href="${escaped(links.pdf)}">${say.pdf}</a>`]),
    ...(links.credential === undefined
      ? []
      : [`<a href="${escaped(links.credential)}">${say.credential}</a>`])
  ]
  const name =
    recipientName === undefined
      ? `<p class="lead">${say.nobody}</p>`
      : `<p class="name">${escaped(recipientName)}</p>`
  return `
      <h1>${say.certificate}</h1>
      <p class="lead">${say.awarded}</p>
      ${name}
      <hr class="rule">
      <p class="lead">${say.passed}</p>
      <p class="title">${escaped(title)}</p>
      <p class="lead">${say.on} <time datetime="${new Date(issuedAt.epochMilliseconds).toISOString()}">${dayOf(issuedAt, language)}</time></p>
      <div class="state" role="status">
        <strong>${icon(status)}${say[status]}</strong>
        <p>${escaped(explained(verification, language, say))}</p>
      </div>
      <dl><dt>${say.hash}</dt><dd>${escaped(verifyHash)}</dd></dl>
    </article>
    ${status !== "valid" || offered.length === 0 ? "" : `<nav>${offered.join("")}</nav>`}
    ${status === "valid" ? `<footer>${say.print}</footer>` : ""}`
}

const nothing = (kind: Exclude<Shown["kind"], "certificate">, say: Words): string => `
      <h1>${say[kind]}</h1>
      <p class="lead">${say[`${kind}More`]}</p>
    </article>`

/** The whole page, in the language of who reads it. `school` is the name of who issued it. */
export const certificatePage = (shown: Shown, school: string, language: Language): string => {
  const say = words[language]
  const heading =
    shown.kind === "certificate"
      ? [say.certificate, shown.verification.recipientName, shown.verification.title].flatMap(
          (one) => one ?? []
        )
      : [say[shown.kind]]
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${escaped([...heading, school].join(" · "))}</title>
    <link rel="icon" href="data:,">
    <style>${style}</style>
  </head>
  <body>
    <main>
    <article class="${shown.kind === "certificate" ? shown.verification.status : "none"}">
      <p class="school">${escaped(school)}</p>${
        shown.kind === "certificate" ? certificate(shown, language) : nothing(shown.kind, say)
      }
    </main>
  </body>
</html>
`
}
