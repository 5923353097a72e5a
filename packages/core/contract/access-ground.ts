/** What the contracts of access stand on: the real services of every context below it, over the ports of an adapter. */
import { Context, Layer } from "effect"
import {
  Access,
  CourseDefault,
  Entitlements,
  Overrides,
  paidMembershipLayer,
  Rules,
  Tiers
} from "../src/access/index.ts"
import { Courses, Lessons, Modules, Tags } from "../src/content/index.ts"
import { Arrivals, Users } from "../src/identity/index.ts"
import { VideoLinks } from "../src/media/index.ts"
import { learnerTracesLayer } from "../src/progress/index.ts"
import { adminGuardLayer, authorityLayer, Roles } from "../src/rbac/index.ts"
import { type Adapter, type Ground, groundWith } from "./ground.ts"

/** All of it, wired as the platform wires it, for a deployment of that `course_default`. */
export const paywallOn = (adapter: Adapter, courseDefault: "open" | "closed" = "open", ground: Ground = {}) =>
  Layer.mergeAll(
    Access.layer,
    Entitlements.layer,
    Tiers.layer,
    Rules.layer,
    Overrides.layer,
    Courses.layer,
    Modules.layer,
    Lessons.layer,
    Tags.layer,
    Users.layer,
    Roles.layer
  ).pipe(
    Layer.provide(Layer.succeedContext(Context.make(CourseDefault, courseDefault))),
    Layer.provideMerge(
      Layer.mergeAll(
        Arrivals.layer,
        adminGuardLayer,
        learnerTracesLayer,
        paidMembershipLayer,
        VideoLinks.layer
      )
    ),
    Layer.provideMerge(groundWith(Layer.provide(authorityLayer, paidMembershipLayer), adapter, ground))
  )
