import { agreementContract } from "@lyceum/core/contract"
import { memoryLayer } from "../src/index.ts"

agreementContract("memory", memoryLayer, 1800)
