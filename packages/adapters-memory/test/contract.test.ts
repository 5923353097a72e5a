import { everyContract, Writers } from "@lyceum/core/contract"
import { Layer } from "effect"
import { memoryLayer } from "../src/index.ts"

everyContract("memory", Layer.merge(memoryLayer, Layer.succeed(Writers, "one")))
