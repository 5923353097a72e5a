/** The door of certificates: what passing earns, and what anybody may check. */
export * from "./errors.ts"
export * from "./model.ts"
export { operations } from "./operations.ts"
export { Certificates } from "./service/certificates.ts"
export { releaseChecksLayer } from "./service/checks.ts"
export { CertificateReaction, certificatesSubscriber } from "./service/reaction.ts"
