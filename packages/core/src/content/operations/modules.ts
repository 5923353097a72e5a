/** Every use case of the noun `modules`. */
import { Schema } from "effect"
import { CourseId } from "../../shared/id.ts"
import { command, Done } from "../../shared/operation.ts"
import { Slug } from "../../shared/text.ts"
import { CourseNotFound, HasLearners, ModuleKeyTaken, ModuleNotFound } from "../errors.ts"
import { ModuleId } from "../model/ids.ts"
import { Module, moduleContentFields, Place } from "../model/module.ts"
import { Version } from "../model/workflow.ts"
import { ifVersion } from "./workflow.ts"

const { description, isPublished, learningObjectives, title } = moduleContentFields

const optional = {
  description: Schema.optionalKey(description),
  learningObjectives: Schema.optionalKey(learningObjectives),
  isPublished: Schema.optionalKey(isPublished)
}
const byId = { moduleId: ModuleId }

export const moduleOperations = {
  /** At the end of the course unless a place is named. The key is made from the title unless it is given. */
  add: command("modules.add", {
    input: Schema.Struct({
      courseId: CourseId,
      key: Schema.optionalKey(Slug),
      title,
      ...optional,
      place: Schema.optionalKey(Place)
    }),
    output: Module,
    refusals: [CourseNotFound, ModuleKeyTaken]
  }),
  /** Changes what is named. Publishing or unpublishing a module of a published course takes `content.publish`. */
  update: command("modules.update", {
    input: Schema.Struct({
      ...byId,
      version: Version,
      key: Schema.optionalKey(Slug),
      title: Schema.optionalKey(title),
      ...optional
    }),
    output: Module,
    refusals: [ModuleNotFound, ModuleKeyTaken]
  }),
  /** To a place among the modules of its course; beyond the last means last. */
  move: command("modules.move", {
    input: Schema.Struct({ ...byId, place: Place }),
    output: Module,
    refusals: [ModuleNotFound]
  }),
  /** With its lessons. Refused where anybody learned from one of them (CON-10). */
  remove: command("modules.remove", {
    input: Schema.Struct({ ...byId, ...ifVersion }),
    output: Done,
    refusals: [ModuleNotFound, HasLearners]
  })
}
