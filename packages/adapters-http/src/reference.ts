/** The reference page, from our own server alone: no script, style or font comes from elsewhere. Source: API-1. */
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApi, HttpApiScalar } from "effect/http-api"
import type { Hono } from "hono"
import { hash } from "node:crypto"
import { type Edge, responder } from "./edge.ts"
import { matches } from "./output.ts"
import type { Answer } from "./problem.ts"
import type { Json } from "./schemas.ts"

/**
 * The script of Scalar, as effect ships it: inside a page for an empty API, from which it is taken. Three megabytes,
 * loaded when the page is first asked for.
 */
const scalarScript = async (): Promise<string> => {
  const pages = HttpApiScalar.layer(HttpApi.make("empty")).pipe(Layer.provide(HttpServer.layerServices))
  const { dispose, handler } = HttpRouter.toWebHandler(pages, { disableLogger: true })
  const page = await (await handler(new Request("http://localhost/docs"))).text()
  await dispose()
  const start = page.indexOf("<script>") + "<script>".length
  return page.slice(start, page.indexOf("</script>", start))
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API reference</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <div id="reference"></div>
    <noscript>The reference needs JavaScript; the document itself is <a href="openapi.json">openapi.json</a>.</noscript>
    <script src="docs/scalar.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`
const start = `Scalar.createApiReference(document.getElementById("reference"), {
  url: new URL("openapi.json", document.baseURI).href,
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  showOperationId: true
})
`

/** Its own policy: scripts of ours, and the styles that the script writes into the page. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

interface File {
  readonly type: string
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Adds `/openapi.json` and `/docs` with its scripts. */
export const addReference = (app: Hono, edge: Edge, document: () => Json): void => {
  let scalar: Promise<string> | undefined
  const add = (path: string, name: string, load: () => Promise<File>) => {
    const respond = responder(edge, name)
    let file: Promise<File & { readonly etag: string }> | undefined
    const loaded = () => {
      file ??= load().then((one) => ({
        ...one,
        etag: `"${hash("sha256", one.text, "base64url").slice(0, 27)}"`
      }))
      return file
    }
    app.get(path, (c) =>
      respond(c, ({ request }) =>
        Effect.map(Effect.promise(loaded), ({ etag, headers, text, type }): Answer => {
          const kept = { "cache-control": "public, max-age=60", etag, ...headers }
          return matches(request.headers.get("if-none-match"), etag)
            ? { status: 304, body: null, headers: kept }
            : { status: 200, body: text, headers: { "content-type": type, ...kept } }
        })
      )
    )
  }
  const script = (text: string): File => ({ type: "text/javascript; charset=utf-8", text })
  add("/openapi.json", "openapi", async () => ({
    type: "application/json; charset=utf-8",
    text: JSON.stringify(document())
  }))
  add("/docs", "docs", async () => ({
    type: "text/html; charset=utf-8",
    text: page,
    headers: { "content-security-policy": policy }
  }))
  add("/docs/start.js", "docs", async () => script(start))
  add("/docs/scalar.js", "docs", async () => script(await (scalar ??= scalarScript())))
}
