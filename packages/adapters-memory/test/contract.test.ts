import { everyContract } from "@lyceum/core/contract"
import { memoryLayer } from "../src/index.ts"

everyContract("memory", memoryLayer)
