/** The door of jobs: work for later, and what the clock asks for. */
export * from "./errors.ts"
export { kinds, type Patience } from "./kinds.ts"
export * from "./model.ts"
export { JobQueue } from "./queue.ts"
export { schedules } from "./schedules.ts"
export { Jobs } from "./service.ts"
export {
  type JobHandler,
  type JobHandlers,
  JobWorkers,
  scheduleHandler,
  type ScheduleWork,
  type Worked
} from "./worker.ts"
