import {
  courseOperations,
  Courses,
  lessonOperations,
  Lessons,
  moduleOperations,
  Modules,
  tagOperations,
  Tags
} from "@lyceum/core/content"
import { MediaLibrary, operations as assetOperations } from "@lyceum/core/media"
import { noun, verb } from "../verb.ts"

const courseColumns = ["id", "slug", "title", "difficulty", "workflowStatus", "publishedAt", "version"]

export const coursesCommand = noun("courses", "Courses and their way from draft to readers", [
  verb(Courses, courseOperations, "catalogue", {
    about: "Published courses, as everyone sees them",
    columns: courseColumns
  }),
  verb(Courses, courseOperations, "list", { about: "Courses that one works on", columns: courseColumns }),
  verb(Courses, courseOperations, "get", { about: "One course", args: ["courseId"] }),
  verb(Courses, courseOperations, "getBySlug", {
    about: "One course by its slug, also by an old one",
    args: ["slug"]
  }),
  verb(Courses, courseOperations, "outline", {
    about: "A course with its modules and lessons",
    args: ["courseId"]
  }),
  verb(Courses, courseOperations, "getDraft", {
    about: "A course as its authors see it",
    args: ["courseId"]
  }),
  verb(Courses, courseOperations, "create", { about: "Begin a course" }),
  verb(Courses, courseOperations, "update", { about: "Change a course", args: ["courseId"] }),
  verb(Courses, courseOperations, "assignInstructor", { about: "Say who teaches it", args: ["courseId"] }),
  verb(Courses, courseOperations, "delete", {
    about: "Delete a course that nobody learned from",
    args: ["courseId"]
  }),
  verb(Courses, courseOperations, "submitForReview", { about: "Ask for a review", args: ["courseId"] }),
  verb(Courses, courseOperations, "approve", { about: "Publish what was reviewed", args: ["courseId"] }),
  verb(Courses, courseOperations, "schedule", { about: "Approve for a later instant", args: ["courseId"] }),
  verb(Courses, courseOperations, "reject", {
    about: "Send back to draft, with a comment",
    args: ["courseId"]
  }),
  verb(Courses, courseOperations, "withdraw", { about: "Take back from review", args: ["courseId"] }),
  verb(Courses, courseOperations, "unpublish", {
    about: "Take back from readers, with a comment",
    args: ["courseId"]
  }),
  verb(Courses, courseOperations, "archive", { about: "Archive", args: ["courseId"] }),
  verb(Courses, courseOperations, "restore", { about: "Back from the archive to draft", args: ["courseId"] }),
  verb(Courses, courseOperations, "history", { about: "What became of it, in order", args: ["courseId"] }),
  verb(Courses, courseOperations, "revisions", { about: "Its revisions", args: ["courseId"] }),
  verb(Courses, courseOperations, "discardRevision", {
    about: "Give up the open revision",
    args: ["courseId"]
  }),
  verb(Courses, courseOperations, "dashboard", { about: "What is in the workflow, oldest in review first" }),
  verb(Courses, courseOperations, "tellPublished", {
    about: "Tell of scheduled publications whose instant has come"
  }),
  verb(Courses, courseOperations, "setLearnerCount", {
    about: "Tell how many learn from it; what popularity sorts by",
    args: ["courseId"]
  })
])

export const modulesCommand = noun("modules", "Sections of courses", [
  verb(Modules, moduleOperations, "add", { about: "Add a module", args: ["courseId"] }),
  verb(Modules, moduleOperations, "update", { about: "Change a module", args: ["moduleId"] }),
  verb(Modules, moduleOperations, "move", { about: "Move a module", args: ["moduleId"] }),
  verb(Modules, moduleOperations, "remove", {
    about: "Remove a module that nobody learned from",
    args: ["moduleId"]
  })
])

export const lessonsCommand = noun("lessons", "Lessons and their way from draft to readers", [
  verb(Lessons, lessonOperations, "get", { about: "One lesson, without its body", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "getBySlug", {
    about: "One lesson by its slug",
    args: ["courseId", "slug"]
  }),
  verb(Lessons, lessonOperations, "getDraft", {
    about: "A lesson as its authors see it",
    args: ["lessonId"]
  }),
  verb(Lessons, lessonOperations, "add", { about: "Add a lesson", args: ["moduleId"] }),
  verb(Lessons, lessonOperations, "update", { about: "Change a lesson", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "move", { about: "Move a lesson", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "remove", {
    about: "Remove a lesson that nobody learned from",
    args: ["lessonId"]
  }),
  verb(Lessons, lessonOperations, "submitForReview", { about: "Ask for a review", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "approve", { about: "Publish what was reviewed", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "reject", {
    about: "Send back to draft, with a comment",
    args: ["lessonId"]
  }),
  verb(Lessons, lessonOperations, "withdraw", { about: "Take back from review", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "unpublish", {
    about: "Take back from readers, with a comment",
    args: ["lessonId"]
  }),
  verb(Lessons, lessonOperations, "archive", { about: "Archive", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "restore", { about: "Back from the archive to draft", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "history", { about: "What became of it, in order", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "revisions", { about: "Its revisions", args: ["lessonId"] }),
  verb(Lessons, lessonOperations, "discardRevision", {
    about: "Give up the open revision",
    args: ["lessonId"]
  })
])

export const tagsCommand = noun("tags", "Tags of courses", [
  verb(Tags, tagOperations, "list", { about: "All tags" }),
  verb(Tags, tagOperations, "get", { about: "One tag", args: ["slug"] }),
  verb(Tags, tagOperations, "create", { about: "Add a tag" }),
  verb(Tags, tagOperations, "update", { about: "Change a tag", args: ["slug"] }),
  verb(Tags, tagOperations, "delete", { about: "Delete a tag; courses lose it", args: ["slug"] })
])

export const assetsCommand = noun("assets", "What lessons point to: videos, documents, images", [
  verb(MediaLibrary, assetOperations, "create", { about: "Register an asset" }),
  verb(MediaLibrary, assetOperations, "get", { about: "One asset", args: ["assetId"] }),
  verb(MediaLibrary, assetOperations, "list", { about: "All assets" })
])
