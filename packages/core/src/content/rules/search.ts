/** What the catalogue's search reads and looks for. Source: CON-11. */
import type { Course } from "../model/index.ts"
import { folded } from "./slug.ts"

/** Title and description, as every store compares them: folded here, so that no store's idea of letters matters. */
export const searchText = ({ description, title }: Pick<Course, "title" | "description">): string =>
  folded(`${title}\n${description}`)

/** The words of a search; a course is found when its text contains all of them. */
export const searchWords = (search: string): ReadonlyArray<string> =>
  [...new Set(folded(search).split(/\s+/u))].filter((word) => word !== "")
