/** Who sees which questions and assessments. Source: KER-11, ASM-9. */
import { may, type Standing, userIdOf } from "../../shared/actor.ts"
import type { Question } from "../model/index.ts"

/** A question belongs to who made it: the bank is of no course. */
export const isOwnQuestion = ({ actor }: Standing, { createdBy }: Pick<Question, "createdBy">): boolean =>
  createdBy !== undefined && createdBy === userIdOf(actor)

export const seesQuestion = (me: Standing, question: Pick<Question, "createdBy">): boolean =>
  may(me, "assessments:read", { own: isOwnQuestion(me, question) })
