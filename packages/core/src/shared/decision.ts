import type { NewEvent } from "./event.ts"

/** What a rule answers: the next state, and the events that tell it. */
export interface Decision<out State> {
  readonly state: State
  readonly events: ReadonlyArray<NewEvent>
}
