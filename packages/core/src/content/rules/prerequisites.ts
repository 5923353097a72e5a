/** Which lessons come before which. Source: CON-8. */
import type { LessonId } from "../../shared/id.ts"
import type { Lesson } from "../model/index.ts"

/** A lesson and what it waits for; in a course file slugs are the ids. */
export interface Node<Id extends string = LessonId> {
  readonly id: Id
  readonly slug: string
  readonly prerequisites: ReadonlyArray<Id>
}

/** The places in `prerequisites` that name no lesson of the course. */
export const unknownPrerequisites = (
  prerequisites: ReadonlyArray<LessonId>,
  lessons: ReadonlyArray<Pick<Lesson, "id">>
): ReadonlyArray<number> => {
  const known = new Set(lessons.map(({ id }) => id))
  return prerequisites.flatMap((id, index) => (known.has(id) ? [] : [index]))
}

/**
 * A cycle among prerequisites, as slugs from a lesson through what it waits for back to itself; undefined without one.
 * Of several, the first one met from the earliest lesson on.
 */
export const cycleOf = <Id extends string>(
  lessons: ReadonlyArray<Node<Id>>
): ReadonlyArray<string> | undefined => {
  const byId = new Map(lessons.map((lesson) => [lesson.id, lesson]))
  const done = new Set<Id>()
  for (const start of lessons) {
    const path: Array<{ readonly node: Node<Id>; next: number }> = [{ node: start, next: 0 }]
    const onPath = new Set([start.id])
    // A stack of our own: a course may chain more lessons than the call stack holds.
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const id = done.has(top.node.id) ? undefined : top.node.prerequisites[top.next++]
      const next = id === undefined ? undefined : byId.get(id)
      if (next !== undefined && onPath.has(next.id)) {
        const from = path.findIndex(({ node }) => node.id === next.id)
        return [...path.slice(from).map(({ node }) => node.slug), next.slug]
      }
      if (next !== undefined && !done.has(next.id)) {
        path.push({ node: next, next: 0 })
        onPath.add(next.id)
      } else if (id === undefined) {
        done.add(top.node.id)
        onPath.delete(top.node.id)
        path.pop()
      }
    }
  }
  return undefined
}
