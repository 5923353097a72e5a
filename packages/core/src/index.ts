/** Lyceum: the rules of a paid learning platform. All services as one layer over the ports of a store. */
export { platformLayer } from "./platform.ts"
export { type Code, tellings } from "./tellings.ts"
