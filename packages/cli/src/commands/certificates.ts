import { Certificates, operations } from "@lyceum/core/certificates"
import { noun, verb } from "../verb.ts"

export const certificatesCommand = noun("certificates", "What passing earned, and what anybody may check", [
  verb(Certificates, operations, "issue", {
    about: "What an attempt earns; twice is once",
    args: ["attemptId"],
    fields: { userId: "Whose attempt it must be" }
  }),
  verb(Certificates, operations, "get", { about: "One certificate", args: ["certificateId"] }),
  verb(Certificates, operations, "list", {
    about: "Certificates of a user, newest first",
    columns: ["serialNumber", "recipientName", "title", "earnedAt", "status"]
  }),
  verb(Certificates, operations, "revoke", {
    about: "Withdraw it, once and for good",
    args: ["certificateId"],
    fields: { reason: "Why, in 10 to 1000 characters", revokedAt: "When it lost its worth; now without it" },
    examples: [
      {
        command: `lyceum certificates revoke 019a… --reason "somebody else sat the exam"`,
        description: "Its page stays, and says so"
      }
    ]
  }),
  verb(Certificates, operations, "correct", {
    about: "Issue it anew with the name and the title of today; revokes the old one",
    args: ["certificateId"],
    fields: { reason: "What was wrong, in 10 to 1000 characters" }
  }),
  verb(Certificates, operations, "verify", {
    about: "Whether a certificate is genuine, and still valid",
    args: ["hash"],
    fields: { hash: "The 64 hexadecimal digits of its address" }
  }),
  verb(Certificates, operations, "credential", {
    about: "What the signed credential of a certificate says",
    args: ["hash"],
    fields: { hash: "The 64 hexadecimal digits of its address" }
  }),
  verb(Certificates, operations, "statusList", {
    about: "Which credentials of a list are revoked",
    args: ["list"],
    fields: { list: "The number of the list, from 0" }
  }),
  verb(Certificates, operations, "verifications", {
    about: "Who verified what, newest first",
    columns: ["createdAt", "success", "errorMessage", "certificateHash", "clientIpHash"]
  }),
  verb(Certificates, operations, "backfillHashes", {
    about: "Give hashes to imported certificates that have none; again until there are no more"
  })
])
