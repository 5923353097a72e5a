import { Learning, progressOperations } from "@lyceum/core/learning"
import { noun, verb } from "../verb.ts"

export const progressCommand = noun("progress", "What somebody has done in lessons; use --as to say who", [
  verb(Learning, progressOperations, "get", { about: "What was done in a lesson", args: ["lessonId"] }),
  verb(Learning, progressOperations, "record", {
    about: "Open a lesson, or tell how far one is",
    args: ["lessonId"],
    fields: { completionPercentage: "How far, 0 to 100; 99 at most until it is completed" }
  }),
  verb(Learning, progressOperations, "heartbeat", {
    about: "Tell that one is still learning, and what was played",
    args: ["lessonId"],
    fields: { watched: "Stretches of the video that were played, in seconds: [[0,30],[45,60]]" }
  }),
  verb(Learning, progressOperations, "complete", {
    about: "Mark a lesson as completed",
    args: ["lessonId"],
    examples: [
      {
        command: "lyceum progress complete 019a… --as 2f86c5a9-…",
        description: "On behalf of a learner, as if they did it"
      }
    ]
  }),
  verb(Learning, progressOperations, "reset", {
    about: "Begin a lesson anew; what was credited stays",
    args: ["lessonId"],
    fields: { userId: "Whose, where it is not one's own" }
  }),
  verb(Learning, progressOperations, "addBookmark", {
    about: "Keep a place in a lesson",
    args: ["lessonId"],
    fields: { bookmark: `A label, and seconds or the name of a heading: {"label":"Here","position":90}` }
  }),
  verb(Learning, progressOperations, "removeBookmark", {
    about: "Forget a place in a lesson",
    args: ["lessonId"],
    fields: { bookmark: "As it was kept" }
  }),
  verb(Learning, progressOperations, "track", {
    about: "Tell what happened while one learned",
    fields: { events: `What happened: [{"id":"…","lessonId":"…","eventType":"pause"}]` }
  }),
  verb(Learning, progressOperations, "course", { about: "How far one is in a course", args: ["courseId"] }),
  verb(Learning, progressOperations, "next", { about: "The lesson to go on with", args: ["courseId"] }),
  verb(Learning, progressOperations, "listCourses", {
    about: "The courses that one learns from, and how far one is in each"
  })
])
