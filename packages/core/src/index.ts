/** Lyceum: the rules of a paid learning platform. All services as one layer over the ports of a store. */
export { Background } from "./background.ts"
export { servicesLayer } from "./layer.ts"
export { platformLayer } from "./platform.ts"
export { subscribers } from "./subscriptions.ts"
export { type Code, tellings } from "./tellings.ts"
export { useCases } from "./usecases.ts"
