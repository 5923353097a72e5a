/** Use cases that are no verb of their noun, and where they are instead. Source: API-7, CLI-1. */
export const unreachable: Readonly<Record<string, string>> = {
  "courses.import": "It takes a file: lyceum import",
  "courses.export": "It makes a file: lyceum export",
  "roles.first_admin": "It grants a role: lyceum roles grant USER_ID --first-admin"
}
