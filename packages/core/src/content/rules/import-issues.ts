/** What is wrong with a course file where the course stands now. Source: CON-8, CON-12. */
import type { FieldIssue } from "../../shared/errors.ts"
import type { CourseDocument } from "../model/index.ts"
import { type CurrentCourse, type ImportPlan, lookup } from "./import.ts"
import { cycleOf } from "./prerequisites.ts"

/** What is wrong with a plan as a whole: what waits for what, and whether there is something to publish. */
export const planIssues = (
  document: CourseDocument,
  plan: ImportPlan,
  current: CurrentCourse | undefined
): ReadonlyArray<FieldIssue> => {
  const before = lookup(current?.document)
  const planned = new Map(plan.lessons.map((lesson) => [lesson.name, lesson]))
  const remaining = plan.order.flatMap(({ lessons }) => lessons)
  const waitsFor = (slug: string) =>
    planned.get(slug)?.document.prerequisites ?? before.lessons.get(slug)?.prerequisites ?? []
  const unknown = document.modules.flatMap(({ lessons }, m) =>
    lessons.flatMap(({ slug }, l) =>
      waitsFor(slug).flatMap((wanted, at) =>
        remaining.includes(wanted)
          ? []
          : [
              {
                path: ["modules", m, "lessons", l, "prerequisites", at],
                message: `names no lesson of the course: ${wanted}`
              }
            ]
      )
    )
  )
  const cycle = cycleOf(remaining.map((slug) => ({ id: slug, slug, prerequisites: waitsFor(slug) })))
  const at = cycle === undefined ? undefined : placeOf(document, cycle)
  return [
    ...unknown,
    ...(cycle === undefined
      ? []
      : [{ path: at ?? ["modules"], message: `waits for itself: ${cycle.join(" → ")}` }]),
    ...(document.course.status === "published" && !showsSomething(document, plan, current)
      ? [{ path: ["course", "status"], message: "needs a published module with a published lesson" }]
      : [])
  ]
}

/** Where in the file a lesson of the cycle says what it waits for. */
const placeOf = (document: CourseDocument, cycle: ReadonlyArray<string>): FieldIssue["path"] | undefined => {
  for (const [m, { lessons }] of document.modules.entries()) {
    for (const [l, { slug }] of lessons.entries()) {
      if (cycle.includes(slug)) return ["modules", m, "lessons", l, "prerequisites"]
    }
  }
  return undefined
}

const showsSomething = (
  document: CourseDocument,
  plan: ImportPlan,
  current: CurrentCourse | undefined
): boolean => {
  const wishes = new Map(
    document.modules.flatMap(({ lessons }) => lessons.map(({ slug, status }) => [slug, status] as const))
  )
  const [inFile, before] = [lookup(document), lookup(current?.document)]
  return plan.order.some(
    ({ key, lessons }) =>
      (inFile.modules.get(key) ?? before.modules.get(key))?.isPublished === true &&
      lessons.some((slug) => wishes.get(slug) === "published" || current?.lessons.get(slug) === "published")
  )
}
