/** What content does with modules when asked. */
import { Context, Effect, Layer } from "effect"
import { Door } from "../../shared/door.ts"
import { done, type Methods } from "../../shared/operation.ts"
import { moduleOperations as operations } from "../operations/index.ts"
import { addModule, editModule, moveModule } from "./arranging.ts"
import { holdCourse, holdModule } from "./loading.ts"
import { type Needs, providing } from "./needs.ts"
import { removeModule } from "./removing.ts"

/** The key of the module service: the parts that courses are made of. */
export class Modules extends Context.Service<Modules, Methods<typeof operations>>()(
  "lyceum/content/Modules"
) {
  static readonly layer: Layer.Layer<Modules, never, Door | Needs> = Layer.effect(
    Modules,
    Effect.gen(function* () {
      const { command } = yield* Door
      const within = yield* providing
      return Modules.of({
        add: command(operations.add, ({ courseId, place, ...content }, call) =>
          within(
            Effect.flatMap(holdCourse(courseId, call), (structure) =>
              addModule(structure, { content, place }, call)
            )
          )
        ),
        update: command(operations.update, ({ moduleId, version, ...fields }, call) =>
          within(
            Effect.flatMap(holdModule(moduleId, call), (held) => editModule(held, { fields, version }, call))
          )
        ),
        move: command(operations.move, ({ moduleId, place }, call) =>
          within(Effect.flatMap(holdModule(moduleId, call), (held) => moveModule(held, place, call)))
        ),
        remove: command(operations.remove, ({ moduleId, version }, call) =>
          within(
            Effect.as(
              Effect.flatMap(holdModule(moduleId, call), (held) => removeModule(held, version, call)),
              done
            )
          )
        )
      })
    })
  )
}
