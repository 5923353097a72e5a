/**
 * Prints SQL for migrations: `node src/security/print.ts roles`, `… all`, `… types`, or the names of schemas, tables, views
 * and functions that have an entry in tables.ts or callers.ts.
 */
import {
  allSecurity,
  newFunctionSecurity,
  schemaSecurity,
  tableSecurity,
  typesToOwner,
  viewSecurity
} from "./render.ts"
import { rolesMigration } from "./roles.ts"
import { functions, schemas, views } from "./callers.ts"

const printed = (name: string): string => {
  if (name === "roles") return rolesMigration()
  if (name === "all") return allSecurity()
  if (name === "types") return [...typesToOwner, ""].join("\n")
  if (name in schemas) return schemaSecurity(name)
  return name in functions
    ? newFunctionSecurity(name)
    : name in views
      ? viewSecurity(name)
      : tableSecurity(name)
}

process.stdout.write(process.argv.slice(2).map(printed).join("\n"))
