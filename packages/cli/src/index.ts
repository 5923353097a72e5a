/** The command line as a value: `lyceum NOUN VERB`, with the nouns of the contexts and the verbs of their use cases. */
import { Command } from "effect/cli"
import {
  accessCommand,
  entitlementsCommand,
  overridesCommand,
  rulesCommand,
  tiersCommand
} from "./commands/access.ts"
import { assessmentsCommand, questionsCommand } from "./commands/assessments-bank.ts"
import { accommodationsCommand, attemptsCommand } from "./commands/attempts.ts"
import { certificatesCommand } from "./commands/certificates.ts"
import { configCommand } from "./commands/config.ts"
import {
  assetsCommand,
  coursesCommand,
  lessonsCommand,
  modulesCommand,
  tagsCommand
} from "./commands/content.ts"
import { demoCommand } from "./commands/demo.ts"
import { doctorCommand } from "./commands/doctor.ts"
import { exportCommand, importCommand } from "./commands/files.ts"
import { flagsCommand } from "./commands/flags.ts"
import { jobsCommand } from "./commands/jobs.ts"
import { keysCommand } from "./commands/keys.ts"
import { progressCommand } from "./commands/learning.ts"
import { migrateCommand } from "./commands/migrate.ts"
import { outboxCommand } from "./commands/outbox.ts"
import { correctionsCommand, healthCommand, reviewsCommand, selftestCommand } from "./commands/reviews.ts"
import { rolesCommand } from "./commands/roles.ts"
import { serveCommand } from "./commands/serve.ts"
import { tokenCommand } from "./commands/token.ts"
import { usersCommand } from "./commands/users.ts"
import { webhooksCommand } from "./commands/webhooks.ts"
import { configured, onServices } from "./services.ts"
import { globalFlags } from "./settings.ts"

export { unreachable } from "./unreachable.ts"
export { version } from "./version.ts"

const nouns = [
  coursesCommand,
  modulesCommand,
  lessonsCommand,
  tagsCommand,
  assetsCommand,
  questionsCommand,
  assessmentsCommand,
  attemptsCommand,
  accommodationsCommand,
  reviewsCommand,
  correctionsCommand,
  healthCommand,
  selftestCommand,
  certificatesCommand,
  accessCommand,
  entitlementsCommand,
  tiersCommand,
  rulesCommand,
  overridesCommand,
  progressCommand,
  usersCommand,
  rolesCommand,
  flagsCommand,
  keysCommand,
  webhooksCommand,
  jobsCommand,
  outboxCommand
]

/** Commands that need the configuration only. */
const alone = [migrateCommand, configCommand, tokenCommand, demoCommand]

export const lyceum = Command.make("lyceum").pipe(
  Command.withDescription(
    "The rules of a paid learning platform: serve them, administer them, ask them why."
  ),
  Command.withSubcommands([
    ...[serveCommand, doctorCommand, importCommand, exportCommand].map((command) =>
      onServices(command as never)
    ),
    ...nouns,
    ...alone.map((command) => Command.provide(command as never, configured))
  ] as never),
  Command.withGlobalFlags(globalFlags)
) as unknown as Command.Command<string, any, any, any, never>
