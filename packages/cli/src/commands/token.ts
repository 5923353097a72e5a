/** Tokens for trying things out: what an identity provider would give a signed-in user. */
import { UserId } from "@lyceum/core/shared"
import { Clock, Console, Duration, Effect, Option, Redacted, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { SignJWT } from "jose"
import { Config, type Settings } from "../config.ts"
import { CliFailure } from "../failure.ts"
import { tokenSecret } from "../secret.ts"
import { Json } from "../settings.ts"

/** A token of a user that lives for `lifetime`, signed with the development secret; refused in production mode. */
export const developmentToken = Effect.fnUntraced(function* (
  settings: Settings,
  userId: UserId,
  options: { readonly lifetime: Duration.Duration; readonly email?: string | undefined }
) {
  const secret = yield* tokenSecret(settings)
  if (settings.mode === "production" || secret === undefined) {
    return yield* new CliFailure({
      exitCode: 1,
      message: "Tokens come from your identity provider in production mode."
    })
  }
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const claims = { role: "authenticated", ...(options.email !== undefined && { email: options.email }) }
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(userId)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.floor(Duration.toSeconds(options.lifetime)))
    .setIssuer(settings.issuer ?? "lyceum-development")
    .setAudience(settings.audience ?? "lyceum")
  return yield* Effect.promise(() => token.sign(new TextEncoder().encode(Redacted.value(secret))))
})

export const tokenCommand = Command.make(
  "token",
  {
    userId: Argument.String("user-id").pipe(
      Argument.filterMap(Schema.decodeUnknownOption(UserId), () => "a lower-case UUID"),
      Argument.withDescription("Whose token it is; any UUID is somebody")
    ),
    hours: Flag.Int("hours").pipe(
      Flag.filter(
        (hours) => hours >= 1 && hours <= 8760,
        () => "1 to 8760 hours"
      ),
      Flag.withDefault(24),
      Flag.withDescription("How long it is valid")
    ),
    email: Flag.String("email").pipe(
      Flag.optional,
      Flag.withDescription("The e-mail that a new profile gets")
    )
  },
  Effect.fnUntraced(function* ({ email, hours, userId }) {
    const token = yield* developmentToken(yield* Config, userId, {
      lifetime: Duration.hours(hours),
      email: Option.getOrUndefined(email)
    })
    yield* Console.log((yield* Json) ? JSON.stringify({ token }) : token)
  })
).pipe(
  Command.withDescription("A development token for a user; refused in production mode"),
  Command.withExamples([
    {
      command:
        'curl -H "authorization: Bearer $(lyceum token 11111111-1111-4111-8111-111111111111)" localhost:3000/v1/me',
      description: "Call the API as a user"
    }
  ])
)
