import { Certificates, operations } from "@lyceum/core/certificates"
import { get, post, routes } from "../endpoint.ts"

export const certificateRoutes = routes(Certificates, operations, {
  list: get("/v1/certificates", "Certificates of somebody, newest first"),
  issue: post("/v1/certificates", "What an attempt earns", {
    creates: true,
    ifNew: "isNew"
  }),
  get: get("/v1/certificates/:certificateId", "One certificate"),
  revoke: post("/v1/certificates/:certificateId/revocation", "Withdraw a certificate, once"),
  correct: post(
    "/v1/certificates/:certificateId/correction",
    "Issue it anew with the name and the title of today"
  ),
  backfillHashes: post("/v1/certificates/hash-backfills", "Give hashes to certificates that have none"),
  verify: get("/v1/certificate-verifications/:hash", "Whether a certificate is genuine, and still valid", {
    byAddress: true
  }),
  verifications: get("/v1/certificate-verifications", "Who verified what, newest first"),
  credential: get("/v1/certificate-credentials/:hash", "What the signed credential of a certificate says", {
    byAddress: true
  }),
  statusList: get("/v1/certificate-status-lists/:list", "Which credentials of a list are revoked")
})
