import { agreementContract } from "@lyceum/core/contract"
import { Layer } from "effect"
import { postgresLayer } from "../src/index.ts"
import { testDatabase } from "./database.ts"

agreementContract("postgres", postgresLayer.pipe(Layer.provide(testDatabase)), 270)
