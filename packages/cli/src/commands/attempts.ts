import {
  accommodationOperations,
  Accommodations,
  attemptOperations,
  Attempts
} from "@lyceum/core/assessments"
import { noun, verb } from "../verb.ts"
import { gradingVerbs } from "./reviews.ts"

const answers = `[{"questionId":"019a…","answer":{"value":true}}]`

export const attemptsCommand = noun("attempts", "Learners answering assessments", [
  verb(Attempts, attemptOperations, "start", {
    about: "Begin an attempt of the user of --as, or go on with the one that runs",
    args: ["assessmentId"],
    examples: [
      { command: "lyceum attempts start 019a… --as 019b…", description: "What is asked, and the time left" }
    ]
  }),
  verb(Attempts, attemptOperations, "get", {
    about: "An attempt of the user of --as, as it is by now",
    args: ["attemptId"]
  }),
  verb(Attempts, attemptOperations, "inspect", {
    about: "All that is kept of an attempt, keys among it",
    args: ["attemptId"]
  }),
  verb(Attempts, attemptOperations, "save", {
    about: "Keep answers; those that are not named stay",
    args: ["attemptId"],
    fields: {
      revision: "The revision of the attempt that was seen last",
      responses: "The answers, as JSON",
      auto: "Saved by the page itself: ignored, not refused, when stale"
    },
    examples: [
      {
        command: `lyceum attempts save 019a… --revision 0 --responses '${answers}' --as 019b…`,
        description: "Answers one question"
      }
    ]
  }),
  verb(Attempts, attemptOperations, "submit", {
    about: "Hand an attempt in; twice is once",
    args: ["attemptId"],
    fields: {
      revision: "The revision of the attempt that was seen last",
      responses: "Answers in place of those saved, as JSON; the others stay",
      sessionId: "The session that hands it in"
    }
  }),
  verb(Attempts, attemptOperations, "abandon", {
    about: "Give an attempt up; it counts against the limit",
    args: ["attemptId"]
  }),
  verb(Attempts, attemptOperations, "list", {
    about: "Attempts of the user of --as, newest first",
    columns: ["id", "assessmentId", "attemptNo", "status", "startedAt", "deadline"]
  }),
  verb(Attempts, attemptOperations, "listOf", {
    about: "Attempts at an assessment, newest first",
    args: ["assessmentId"],
    fields: { userId: "Only those of this user" },
    columns: ["id", "userId", "attemptNo", "status", "startedAt", "percentageHundredths", "passed"]
  }),
  verb(Attempts, attemptOperations, "finalGrade", {
    about: "The grade out of all attempts of a learner",
    args: ["assessmentId"],
    fields: { userId: "Whose; one's own without it" }
  }),
  verb(Attempts, attemptOperations, "sweepExpired", {
    about: "Store the end of attempts whose time is up, the longest over first"
  }),
  ...gradingVerbs
])

const extra = {
  timeFactorPercent: "The time limit in percent: 150 is half as much again",
  extraTimeSec: "Seconds beyond the limit",
  extraAttempts: "Attempts beyond the limit",
  opensAt: "Opens for this learner",
  closesAt: "Closes for this learner",
  reason: "Why"
}

export const accommodationsCommand = noun(
  "accommodations",
  "What single learners are granted at assessments",
  [
    verb(Accommodations, accommodationOperations, "put", {
      about: "Grant more time, attempts, or other dates; in place of what was granted before",
      args: ["assessmentId", "userId"],
      fields: extra,
      examples: [
        {
          command: `lyceum accommodations put 019a… 019b… --time-factor-percent 150 --reason "reads slowly"`,
          description: "Half as much time again; an attempt that runs gets it at once"
        }
      ]
    }),
    verb(Accommodations, accommodationOperations, "withdraw", {
      about: "Withdraw it; the attempt that runs keeps its deadline",
      args: ["assessmentId", "userId"],
      fields: { reason: extra.reason }
    }),
    verb(Accommodations, accommodationOperations, "get", {
      about: "What a learner is granted at an assessment",
      args: ["assessmentId", "userId"]
    }),
    verb(Accommodations, accommodationOperations, "list", {
      about: "What learners are granted at an assessment, by learner",
      args: ["assessmentId"],
      columns: ["userId", "timeFactorPercent", "extraTimeSec", "extraAttempts", "opensAt", "closesAt"]
    })
  ]
)
