/** Lyceum over HTTP: a Hono application made from the use cases of the core. */
export { lyceumApp, type AppServices } from "./app.ts"
export { otlpLayer } from "./observe.ts"
export {
  type CertificateOptions,
  type Cors,
  defaultLimits,
  type HttpOptions,
  type Limits,
  unauthenticated,
  type Unauthenticated
} from "./options.ts"
export type { AsymmetricAlgorithm, TokenKeys, TokenOptions } from "./token.ts"
