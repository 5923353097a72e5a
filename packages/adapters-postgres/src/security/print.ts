/**
 * Prints SQL for migrations: `node src/security/print.ts roles`, `… all`, or the names of tables, views and functions
 * that have an entry in tables.ts.
 */
import { allSecurity, functionSecurity, tableSecurity, viewSecurity } from "./render.ts"
import { rolesMigration } from "./roles.ts"
import { functions, views } from "./tables.ts"

const printed = (name: string): string => {
  if (name === "roles") return rolesMigration()
  if (name === "all") return allSecurity()
  return name in functions ? functionSecurity(name) : name in views ? viewSecurity(name) : tableSecurity(name)
}

process.stdout.write(process.argv.slice(2).map(printed).join("\n"))
