import { everyContract } from "@lyceum/core/contract"
import { Layer } from "effect"
import { postgresLayer } from "../src/index.ts"
import { testDatabase } from "./database.ts"

everyContract("postgres", postgresLayer.pipe(Layer.provide(testDatabase)))
